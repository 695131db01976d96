/** Whether a pattern of the settings names this subject; `*` stands for any part of a name, never for a slash. */
export function matchesPayer(pattern: string, subject: string): boolean {
  const wanted = pattern.split('/');
  const given = subject.split('/');
  return (
    wanted.length === given.length && wanted.every((part, index) => matchesPart(part, given[index] ?? ''))
  );
}

/** Each text between stars is found as early as possible: linear, whatever an event names. */
function matchesPart(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const between of rest) {
    const found = text.indexOf(between, from);
    if (found < 0) return false;
    from = found + between.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
