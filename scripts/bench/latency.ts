import { quantileSorted } from 'simple-statistics';
import { textTable } from '../command-line/text-table.ts';
import { LocalStack } from '../local/stack.ts';

/**
 * How long our own part takes from the arrival of a log line to the alert and to the deny in place: the real handlers
 * from the synthesized templates, one person after the other, each used up by one call. What AWS adds is not in it: the
 * log's own delay, cold starts, Lambda's polling of streams, and IAM's propagation.
 */
export async function measureLatency(runs: number): Promise<string> {
  const stack = await LocalStack.start({
    settings: {
      mode: 'enforce',
      defaultBudget: { monthUsd: '1.00' },
      accountBudget: { monthUsd: '1000000' },
    },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: false,
  });
  const alerts: number[] = [];
  const denies: number[] = [];
  try {
    // The first runs load code and warm caches up.
    for (let run = -warmUps; run < runs; run++) {
      const { alert, deny } = await measureOne(stack, run + warmUps);
      if (run < 0) continue;
      alerts.push(alert);
      denies.push(deny);
    }
  } finally {
    await stack.stop();
  }
  const head = ['milliseconds from the log line', 'median', 'p95', 'p99', 'longest'];
  const rows = [
    ['to the alert', ...spread(alerts)],
    ['to the deny in place', ...spread(denies)],
  ];
  return `${runs} runs, grace 0:\n${textTable(head, rows)}`;
}

const warmUps = 5;
const patienceMs = 60_000;

async function measureOne(stack: LocalStack, run: number): Promise<{ alert: number; deny: number }> {
  const name = `bench-${run}`;
  const identityArn = `arn:aws:iam::111122223333:user/${name}`;
  const call = {
    identityArn,
    modelId: 'amazon.nova-micro-v1:0',
    region: 'us-east-1',
    action: 'bedrock:InvokeModel',
  };
  const start = performance.now();
  await stack.deliver('cloudwatch', [recordOf(identityArn, run)]);
  let alert: number | undefined;
  let deny: number | undefined;
  while (alert === undefined || deny === undefined) {
    const elapsed = performance.now() - start;
    if (elapsed > patienceMs)
      throw new Error(`Nothing happened to ${name} in a minute: is the machine overloaded?`);
    if (alert === undefined && (await stack.messages()).some(({ subject }) => subject.includes(name)))
      alert = elapsed;
    if (deny === undefined && (await stack.invoke(call)).decision === 'denied') deny = elapsed;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await stack.settle();
  return { alert, deny };
}

/** A call for about two dollars, by a model of the price book. */
const recordOf = (arn: string, run: number): string =>
  JSON.stringify({
    timestamp: '2026-11-22T12:00:00Z',
    accountId: '111122223333',
    identity: { arn },
    region: 'us-east-1',
    requestId: `00000000-0000-4000-8000-${String(run).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    input: { inputTokenCount: 150_000 },
    output: { outputTokenCount: 100_000 },
  });

function spread(values: readonly number[]): string[] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share).toFixed(0);
  return [at(0.5), at(0.95), at(0.99), at(1)];
}
