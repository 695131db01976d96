import { LoggingRegion, type LoggingRegionStart } from '../../../scripts/local/aws/logging-region.ts';
import { LocalStack, type LocalStackOptions } from '../../../scripts/local/stack.ts';
import { logLine } from '../../scripts/local/support/log-line.ts';

const started: LocalStack[] = [];

/** Deploys a stage into an account that has this much logging already. */
export async function deploy(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  const stack = await LocalStack.start({
    settings: { mode: 'enforce', defaultBudget: { monthUsd: '0.10' } },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: false,
    ...options,
  });
  started.push(stack);
  return stack;
}

export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((stack) => stack.stop()));
}

export const regionOf = (start: LoggingRegionStart = {}) => new LoggingRegion(start);

/** Calls of one user, 0.024 USD each. */
export const calls = (user: string, count: number) =>
  Array.from({ length: count }, (_, index) => logLine(user, `${user}-${index}`));

export async function mayInvoke(
  stack: LocalStack,
  user: string,
  action = 'bedrock:InvokeModel',
): Promise<string> {
  const identityArn = `arn:aws:iam::111122223333:user/${user}`;
  const call = { identityArn, modelId: 'amazon.nova-pro-v1:0', region: 'us-east-1', action };
  return (await stack.invoke(call)).decision;
}

/** What the deployment failed with. */
export const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it did not fail',
    (error: Error) => `${error.name}: ${error.message}`,
  );
