/**
 * What a subscriber by e-mail reads of a published message: SNS takes it from a message that has a form for each protocol.
 * @throws Error where SNS would refuse the message
 */
export function structuredForEmail(form: URLSearchParams): string {
  const message = form.get('Message') ?? '';
  if (form.get('MessageStructure') !== 'json') return message;
  const forms = JSON.parse(message) as Readonly<Record<string, unknown>>;
  for (const [protocol, text] of Object.entries(forms)) {
    if (typeof text !== 'string') throw new Error(`The form of ${protocol} is no text: SNS would refuse it.`);
  }
  const { email, default: otherwise } = forms as Readonly<Record<string, string>>;
  if (otherwise === undefined) throw new Error('The message has no default form: SNS would refuse it.');
  return email ?? otherwise;
}
