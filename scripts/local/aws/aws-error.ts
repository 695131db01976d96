import type { AwsRequest } from './aws-request.ts';

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** An error that an AWS service answers; `members` go into a JSON body. */
export interface AwsFailure {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly members?: Readonly<Record<string, unknown>>;
}

const escapeXml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Writes an error as the client of that protocol expects it. */
export function errorAnswer(protocol: AwsRequest['protocol'], failure: AwsFailure): AwsResponse {
  const { code, message, status = 400, members } = failure;
  const xml = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  switch (protocol) {
    case 'json':
      return jsonAnswer({ __type: `com.amazonaws#${code}`, message, Message: message, ...members }, status);
    case 'rest-json':
      return { ...jsonAnswer({ Message: message, message }, status), headers: { 'x-amzn-errortype': code } };
    case 'query':
      return {
        status,
        headers: { 'content-type': 'text/xml' },
        body: `<ErrorResponse>${xml}<RequestId>local</RequestId></ErrorResponse>`,
      };
    case 'rest-xml':
      return { status, headers: { 'content-type': 'application/xml' }, body: xml };
  }
}

export const jsonAnswer = (value: unknown, status = 200): AwsResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(value),
});
