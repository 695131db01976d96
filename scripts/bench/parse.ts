import { median } from 'simple-statistics';
import { readLine } from '../../lambda/domain/metering/read-line.ts';
import { charge } from '../../lambda/domain/pricing/charge.ts';

/** Time of bare `JSON.parse` by that of reading and pricing the same lines, both in one run: 1 is as fast as parsing. */
export interface ParseRatio {
  readonly ratio: { readonly bodiesOff: number; readonly bodiesOn: number };
}

const invocations = 3_000;
/** A neighbour on the machine disturbs some rounds, and the median hears of none. */
const rounds = 21;

/** What it costs to read and price records, with and without bodies of a usual length in them. */
export function measureParse(): ParseRatio {
  return { ratio: { bodiesOff: ratioOf(recordOf), bodiesOn: ratioOf(recordWithBodies) } };
}

function ratioOf(record: (index: number) => object): number {
  const lines = Array.from({ length: invocations }, (_, index) => JSON.stringify(record(index)));
  const ratios = Array.from({ length: rounds }, () => {
    const bare = timeOf(lines, JSON.parse);
    return bare / timeOf(lines, price);
  });
  return Math.round(median(ratios) * 1_000) / 1_000;
}

function price(line: string): void {
  const reading = readLine(line);
  if (reading.kind !== 'invocation') throw new Error(`The bench has a line that is none: ${reading.reason}.`);
  charge(reading.invocation, { profiles: {} });
}

function timeOf(lines: readonly string[], read: (line: string) => unknown): number {
  const start = process.hrtime.bigint();
  for (const line of lines) read(line);
  return Number(process.hrtime.bigint() - start);
}

const recordOf = (index: number) => ({
  timestamp: `2026-11-22T12:${String(index % 60).padStart(2, '0')}:00Z`,
  accountId: '111122223333',
  identity: { arn: `arn:aws:iam::111122223333:user/bench-${index % 100}` },
  region: 'us-east-1',
  requestId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  operation: 'Converse',
  modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  input: { inputContentType: 'application/json', inputTokenCount: 4_000 + index },
  output: { outputContentType: 'application/json', outputTokenCount: 900 },
  schemaType: 'ModelInvocationLog',
  schemaVersion: '1.0',
});

/** Four thousand tokens in six messages, and an answer of nine hundred. */
function recordWithBodies(index: number) {
  const record = recordOf(index);
  const text = (words: number) => [{ text: 'word '.repeat(words) }];
  const usage = { inputTokens: 4_000 + index, outputTokens: 900, totalTokens: 4_900 + index };
  const messages = Array.from({ length: 6 }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    content: text(600),
  }));
  return {
    ...record,
    input: { ...record.input, inputBodyJson: { messages, inferenceConfig: { maxTokens: 2_000 } } },
    output: {
      ...record.output,
      outputBodyJson: {
        output: { message: { role: 'assistant', content: text(700) } },
        stopReason: 'end_turn',
        metrics: { latencyMs: 12_000 },
        usage,
      },
    },
  };
}
