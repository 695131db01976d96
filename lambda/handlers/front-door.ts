import type { LambdaFunctionURLEventWithIAMAuthorizer, LambdaFunctionURLResult } from 'aws-lambda';
import type { LogKeys } from '../contracts/log-keys.ts';
import type { DoorAnswer } from '../use-cases/overrides/front-door.ts';

type Door = (callerArn: string, body: unknown) => Promise<DoorAnswer>;

/** A function URL that IAM guards: who calls is what IAM says, whatever the body claims. */
export function createDoor(door: Door, report: (message: string, keys: LogKeys & object) => void) {
  return async (event: LambdaFunctionURLEventWithIAMAuthorizer): Promise<LambdaFunctionURLResult> => {
    const caller = event.requestContext.authorizer?.iam?.userArn;
    if (event.requestContext.http.method !== 'POST' || caller === undefined) {
      return respond({ status: 400, body: { message: 'Send a signed POST with a JSON body.' } });
    }
    const body = bodyOf(event);
    if (body === undefined) return respond({ status: 400, body: { message: 'The body is no JSON.' } });
    const answer = await door(caller, body);
    report('The front door answered.', {
      execution: answer.body['execution'],
      ...{ caller, status: answer.status },
    });
    return respond(answer);
  };
}

function bodyOf({ body = '', isBase64Encoded }: LambdaFunctionURLEventWithIAMAuthorizer): unknown {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  } catch {
    return undefined;
  }
}

const respond = ({ status, body }: DoorAnswer): LambdaFunctionURLResult => ({
  statusCode: status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
