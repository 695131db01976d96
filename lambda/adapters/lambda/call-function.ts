import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { StillFailingError } from '../../use-cases/ports/recovery.ts';

const lambda = new LambdaClient({ maxAttempts: 3 });

/** Calls a function and waits for its answer. @throws StillFailingError with what it says */
export async function callFunction(functionArn: string, event: unknown, client = lambda): Promise<unknown> {
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({
      FunctionName: functionArn,
      Payload: new TextEncoder().encode(JSON.stringify(event)),
    }),
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined)
    throw new StillFailingError(`${functionArn} fails again: ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}
