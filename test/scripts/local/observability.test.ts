import type { LogKeys } from '../../../lambda/contracts/log-keys.ts';
import { LocalStack } from '../../../scripts/local/stack.ts';
import { ResolvedStage } from '../../lib/resolved.ts';
import { logLine } from './support/log-line.ts';

interface Line extends Readonly<Record<string, unknown>>, LogKeys {
  readonly level?: string;
  readonly service: string;
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

const stage = 'first';
let lines: readonly Line[];
/** A day in which alice is suspended, not at the first try, and restored; bob's usage is refused. */
beforeAll(async () => {
  const stack = await LocalStack.start({
    stage,
    settings: { mode: 'enforce', defaultBudget: { dayUsd: '0.10' } },
    now: new Date('2026-11-22T12:00:00Z'),
    chaos: false,
  });
  try {
    stack.breakCalls('AttachUserPolicy', 'unavailable', 20);
    await stack.report([{ source: 'nobody.knows', detail: { subject: 'user/bob' } }]);
    await stack.deliver(
      'cloudwatch',
      [1, 2, 3, 4, 5, 6].map((call) => logLine('alice', `alice-${call}`)),
    );
    await stack.deliver('s3', [logLine('alice', 'alice-6'), logLine('alice', 'alice-7'), 'no record']);
    await stack.settle();
    await stack.advanceTo(new Date('2026-11-22T12:10:00Z'));
    await stack.advanceTo(new Date('2026-11-23T00:02:00Z'));
    lines = stack.recentLines().flatMap(parsed);
  } finally {
    await stack.stop();
  }
}, 120_000);

const parsed = (line: string): Line[] => {
  const text = line.slice(line.indexOf(': ') + 2);
  return text.startsWith('{') ? [JSON.parse(text) as Line] : [];
};
const identity = (namespace: string, name: string, dimensions: readonly (readonly [string, unknown])[]) =>
  [namespace, name, ...dimensions.map(([key, value]) => `${key}=${value}`).sort()].join(' ');
const logged = () => lines.filter(({ level }) => level !== undefined);

describe('What the functions emit', () => {
  const emitted = () =>
    new Set(
      lines.flatMap((line) =>
        (line._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
          Dimensions.flatMap((names) =>
            Metrics.map(({ Name }) =>
              identity(
                Namespace,
                Name,
                names.map((name) => [name, line[name]] as const),
              ),
            ),
          ),
        ),
      ),
    );
  interface Watched {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  }
  const watched = new Map(
    new ResolvedStage({ stage })
      .all('AWS::CloudWatch::Alarm')
      .flatMap(({ properties }) => {
        const parts = (properties['Metrics'] ?? []) as { MetricStat?: { Metric: Watched } }[];
        return [
          properties as unknown as Watched,
          ...parts.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
        ];
      })
      .filter(({ Namespace }) => Namespace === 'BedrockBudgeteer')
      .map(({ Namespace, MetricName, Dimensions }) => [
        MetricName,
        identity(
          Namespace,
          MetricName,
          Dimensions.map(({ Name, Value }) => [Name, Value] as const),
        ),
      ]),
  );

  test.each([
    'Lines',
    'LagSeconds',
    'PostedUsd',
    'AssumedWorstCaseUsd',
    'Quarantined',
    'UsageRefused',
    'EnforcementFailures',
  ])('is what the alarm on %s of this stage reads', (name) => {
    expect(watched.get(name)).toContain(`stage=${stage}`);
    expect(emitted()).toContain(watched.get(name));
  });

  test('tells how long each link of the chain took', () => {
    const values = (name: string) => lines.flatMap((line) => [line[name]].flat() as (number | undefined)[]);
    const told = (name: string) => values(name).filter((value) => value !== undefined);

    // The calls were made a minute before they came in, and the clock stood still while they were posted.
    expect(told('DeliverySeconds')).toEqual(expect.arrayContaining([60]));
    expect(Math.min(...(told('PostingSeconds') as number[]))).toBe(0);
    expect(told('DecisionToDenySeconds')).toHaveLength(1);
    expect(told('DecisionToReleaseSeconds')).toHaveLength(1);
  });
});

describe('The log', () => {
  const chain = ['ingest', 'usage-events', 'holds', 'enforcer', 'notify'];
  const about = (service: string) => logged().filter((line) => line.service === service);

  test.each(chain)('of %s names the invocation in every line, as Lambda does', (service) => {
    expect(about(service).length).toBeGreaterThan(0);
    for (const line of about(service)) expect(line['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('names principal, budget, window and execution wherever a workflow is at work', () => {
    const working = about('holds').concat(
      about('enforcer').filter(({ execution }) => execution !== undefined),
    );

    expect(new Set(working.map(({ service }) => service))).toEqual(new Set(['holds', 'enforcer']));
    for (const line of working) {
      const { principal, budget, window, execution } = line;
      expect({ principal, budget, window }).toEqual({
        principal: 'user/alice',
        budget: 'user/alice',
        window: 'day:2026-11-22',
      });
      expect(execution).toMatch(/^(suspension|restoration)-day-2026-11-22-/);
    }
    expect(about('enforcer').map(({ message }) => message)).toEqual(
      expect.arrayContaining(['IAM could not be made to match.', 'IAM matches.']),
    );
  });

  test('names the budget of whatever principal it names', () => {
    const named = logged().filter(({ principal }) => principal !== undefined);

    expect(named.length).toBeGreaterThan(5);
    for (const { principal, budget } of named) expect(budget).toBe(principal);
  });

  test('spells none of these in another way', () => {
    const others =
      /"(subject|user|principal_?id|payer|budget_?id|window_?id|request_?id|function_request_id|awsRequestId|execution_?(arn|name|id))":/gi;
    const own = new Set(['requestId']);
    const misspelt = logged().flatMap((line) =>
      [...JSON.stringify(line).matchAll(others)].map(([, key]) => String(key)).filter((key) => !own.has(key)),
    );

    expect(logged().length).toBeGreaterThan(10);
    expect(misspelt).toEqual([]);
  });
});
