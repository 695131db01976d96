export type Verdict = 'ok' | 'attention' | 'broken';

/** What one check came to: what was seen, and where it is not in order, what to do. */
export interface DoctorFinding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly saw: string;
  readonly todo?: string;
}

/** A fact about the account, or why it could not be seen: a missing permission is no broken deployment. */
export type Seen<T> =
  | { readonly seen: true; readonly value: T }
  | { readonly seen: false; readonly why: string };

export const seen = <T>(value: T): Seen<T> => ({ seen: true, value });

/** Asks, and takes a refusal for an answer. */
export async function inspect<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return seen(await ask());
  } catch (error) {
    const { name, message } = error as Error;
    return { seen: false, why: `${name}: ${message.split('\n')[0]}` };
  }
}

/** One check over one fact: what could not be seen has to be checked by other means. */
export function checkOf<T>(
  check: string,
  fact: Seen<T>,
  judge: (value: T) => Omit<DoctorFinding, 'check'> | readonly Omit<DoctorFinding, 'check'>[],
): DoctorFinding[] {
  if (!fact.seen) {
    const todo = 'Give the command the permission that docs/operators.md lists, or look in the console.';
    return [{ check, verdict: 'attention', saw: `Could not be seen (${fact.why}).`, todo }];
  }
  return [judge(fact.value)].flat().map((finding) => ({ check, ...finding }));
}

export const ok = (saw: string) => ({ verdict: 'ok', saw }) as const;
export const attention = (saw: string, todo: string) => ({ verdict: 'attention', saw, todo }) as const;
export const broken = (saw: string, todo: string) => ({ verdict: 'broken', saw, todo }) as const;
