import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sortKeys, spendRank } from '../../lambda/adapters/dynamodb/keys.ts';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { planHalt } from '../budgeteer/halt/plan-halt.ts';
import { LocalStack } from '../local/stack.ts';

/** As burn rates mostly are: the k-th spender burns 1 / k^1.5 of the first. */
const skew = 1.5;
const topRate = 1_000_000_000_000;
const share = 0.95;
const patienceMs = 300_000;
const now = new Date('2026-11-22T12:00:00Z');
const attach = 'AttachUserPolicy';

/**
 * A halt of the account over the local stack, from the order to the last deny read back. The pace is cut short here, so
 * what is measured is our own part of each change; in AWS the longer of the two counts.
 */
export async function measureHalt(principals: number): Promise<string> {
  const settings = { mode: 'enforce', defaultBudget: { monthUsd: '1000' } } as const;
  const pace = settingsSchema.parse(settings).haltPrincipalsPerSecond;
  const spenders = Array.from({ length: principals }, (_, index) => ({
    subject: `user/bench-${index}`,
    perMinute: BigInt(Math.round(topRate / (index + 1) ** skew)),
  }));
  const stack = await LocalStack.start({ settings, now, chaos: false });
  try {
    await stack.deliver('cloudwatch', spenders.map(callOf));
    await stack.settle();
    for (const { subject: pk, perMinute } of spenders) {
      await stack.client.send(
        new UpdateCommand({
          TableName: stack.tables.budgets,
          Key: { pk, sk: sortKeys.pace },
          UpdateExpression: 'SET dueAt = :rank',
          ExpressionAttributeValues: { ':rank': spendRank(perMinute) },
        }),
      );
    }
    const changes = await timesOfChanges(stack, principals);
    const plan = planHalt(spenders, pace);
    const until = Math.round((plan.secondsUntil(share) ?? 0) * pace);
    const own = (count: number) => (changes[count - 1] ?? 0) / 1000;
    const each = ((changes.at(-1) ?? 0) - (changes[0] ?? 0)) / (principals - 1);
    return [
      `A halt of ${principals} principals whose burn rates fall like 1/k^${skew}:`,
      `first deny after ${own(1).toFixed(2)} s, ${share * 100} % of the burn rate (${until} changes) after ${own(until).toFixed(1)} s, all after ${own(principals).toFixed(1)} s;`,
      `${each.toFixed(0)} ms a principal of our own part, while the pace of ${pace} a second allows ${1000 / pace} ms: then ${share * 100} % are denied after ${(until / pace).toFixed(1)} s.`,
    ].join('\n');
  } finally {
    await stack.stop();
  }
}

/** Milliseconds from the order to each change of IAM, in their order. */
async function timesOfChanges(stack: LocalStack, principals: number): Promise<number[]> {
  const times: number[] = [];
  const before = attachesOf(stack);
  const start = performance.now();
  const order = { action: 'halt', subject: 'account', reason: 'a rehearsal', requestedBy: 'user/ops' };
  stack.startExecution('override', order, 'halt-bench');
  while (times.length < principals) {
    const elapsed = performance.now() - start;
    if (elapsed > patienceMs)
      throw new Error(
        `${times.length} of ${principals} were denied in five minutes: is the machine overloaded?`,
      );
    while (times.length < attachesOf(stack) - before) times.push(elapsed);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await stack.settle();
  return times;
}

const attachesOf = (stack: LocalStack): number =>
  stack.calls().filter(({ operation, outcome }) => operation === attach && outcome === 'done').length;

/** One cheap call, so that the principal is known. */
const callOf = ({ subject }: { readonly subject: string }, index: number): string =>
  JSON.stringify({
    timestamp: now.toISOString(),
    accountId: '111122223333',
    identity: { arn: `arn:aws:iam::111122223333:${subject}` },
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: 'amazon.nova-micro-v1:0',
    input: { inputTokenCount: 1000 },
    output: { outputTokenCount: 10 },
  });
