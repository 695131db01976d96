const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/';
/** Nothing here uses request ids, but the SDK reads one. */
const metadata = '<RequestId>00000000-0000-4000-8000-000000000000</RequestId>';

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

export function tag(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** `result` is XML; operations without a result send none. */
export function iamResponseXml(action: string, result: string): string {
  const content = result && `<${action}Result>${result}</${action}Result>`;
  return (
    `<${action}Response xmlns="${namespace}">${content}` +
    `<ResponseMetadata>${metadata}</ResponseMetadata></${action}Response>`
  );
}

export function iamErrorXml(code: string, message: string, status: number): string {
  const blame = tag('Type', status < 500 ? 'Sender' : 'Receiver');
  const error = `<Error>${blame}${tag('Code', code)}${tag('Message', message)}</Error>`;
  return `<ErrorResponse xmlns="${namespace}">${error}${metadata}</ErrorResponse>`;
}
