import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { formatUsd, parseUsd } from '../../../../lambda/domain/money.ts';
import { type ReplayedLine, replay } from '../../../../scripts/budgeteer/replay/replay.ts';

/** Model, Region and what a million tokens cost: input, output, cache reads, writes for 5 minutes, an hour, 30 minutes. */
type Listed = readonly [string, string, ...(string | null)[]];

const file = join(import.meta.dirname, '../../../domain/pricing/list-prices.expected.json');
const listed = JSON.parse(readFileSync(file, 'utf8')) as Listed[];
/** A long context has other rates: these calls stay below the lowest threshold. */
const tokens = fc.nat(20_000);

/** A call, and what it has to cost by hand: prices as text, in integers of a millionth of a nano-dollar. */
const calls = fc
  .record({
    model: fc.constantFrom(...listed),
    user: fc.constantFrom('alice', 'bob'),
    counts: fc.tuple(tokens, tokens, tokens, tokens, tokens, tokens),
    body: fc.boolean(),
  })
  .map(({ model: [modelId, region, ...prices], user, counts, body }) => {
    const [input = 0, output = 0, cacheRead = 0, short = 0, long = 0, half = 0] = counts.map(
      (count, index) => (prices[index] == null ? 0 : count),
    );
    const parts = [input, output, cacheRead, short, long, half].map(
      (count, index) => BigInt(count) * parseUsd(prices[index] ?? '0'),
    );
    const cacheWrite = short + long + half;
    const usage = {
      inputTokens: input,
      outputTokens: output,
      cacheReadInputTokens: cacheRead,
      cacheWriteInputTokens: cacheWrite,
      cacheDetails: [
        { ttl: '1h', inputTokens: long },
        { ttl: '5m', inputTokens: short },
        { ttl: '30m', inputTokens: half },
      ],
    };
    const envelope = {
      input: {
        inputTokenCount: input,
        cacheReadInputTokenCount: cacheRead,
        cacheWriteInputTokenCount: cacheWrite,
      },
      output: { outputTokenCount: output },
    };
    return {
      bucket: 'posted' as const,
      user,
      cost: roundedMillionth(parts.reduce((sum, part) => sum + part, 0n)),
      record: {
        ...{ region, modelId },
        input: body ? {} : envelope.input,
        output: { ...(body ? {} : envelope.output), outputBodyJson: { usage } },
      },
    };
  });

/** Half to even, by hand. */
function roundedMillionth(amount: bigint): bigint {
  const [whole, rest] = [amount / 1_000_000n, amount % 1_000_000n];
  if (rest === 500_000n) return whole + (whole % 2n);
  return rest > 500_000n ? whole + 1n : whole;
}

const known = { region: 'us-east-1', modelId: 'amazon.nova-lite-v1:0' };
const others = fc.constantFrom(
  { bucket: 'failed' as const, record: { ...known, errorCode: 'ValidationException' } },
  { bucket: 'throttled' as const, record: { ...known, errorCode: 'ThrottlingException' } },
  {
    bucket: 'unpriced' as const,
    record: { ...known, modelId: 'nobody.knows-v1', input: { inputTokenCount: 1 } },
  },
  { bucket: 'unpriced' as const, record: known },
  { bucket: 'quarantined' as const, record: { ...known, region: '' } },
);
const texts = fc.constantFrom(
  { bucket: 'notice' as const, text: 'Permissions are correctly set for Amazon Bedrock logs.' },
  { bucket: 'control' as const, text: '{"messageType":"CONTROL_MESSAGE"}' },
  { bucket: 'quarantined' as const, text: '{"cut":' },
  { bucket: 'quarantined' as const, text: '[1]' },
);
const lines = fc.array(fc.oneof({ weight: 3, arbitrary: calls }, others, texts), { maxLength: 30 });

test('every line is posted with the sum that can be worked out by hand, or lies in exactly one other bucket', async () => {
  await fc.assert(
    fc.asyncProperty(lines, fc.nat(3), async (made, again) => {
      const timed = made.map((line, index): ReplayedLine => {
        const at = new Date(Date.UTC(2026, 10, 20, 0, 0, index));
        if ('text' in line) return { text: line.text, source: 'test', at };
        const user = 'user' in line ? line.user : 'carol';
        const envelope = {
          timestamp: `${at.toISOString().slice(0, 19)}Z`,
          accountId: '012345678901',
          requestId: `request-${index}`,
          operation: 'Converse',
          identity: { arn: `arn:aws:iam::012345678901:user/${user}` },
        };
        return { text: JSON.stringify({ ...envelope, ...line.record }), source: 'test', at };
      });
      const repeated = timed.filter((_, index) => made[index]?.bucket === 'posted').slice(0, again);
      const { counts, ledger } = await replay(
        [...timed, ...repeated],
        settingsSchema.parse({ mode: 'shadow' }),
      );

      const inBucket = (bucket: string) => made.filter((line) => line.bucket === bucket).length;
      expect(counts).toEqual({
        posted: inBucket('posted'),
        unpriced: inBucket('unpriced'),
        duplicates: repeated.length,
        ignored: {
          failed: inBucket('failed'),
          throttled: inBucket('throttled'),
          notice: inBucket('notice'),
          control: inBucket('control'),
          sidecar: 0,
        },
        quarantined: inBucket('quarantined'),
      });
      for (const user of ['alice', 'bob']) {
        const byHand = made.reduce(
          (sum, line) => sum + ('user' in line && line.user === user ? line.cost : 0n),
          0n,
        );
        const posted = [...ledger.entries.values()].filter(({ principal }) => principal === `user/${user}`);
        expect(formatUsd(posted.reduce((sum, { charge }) => sum + charge.cost, 0n))).toBe(formatUsd(byHand));
        expect(posted.filter(({ charge }) => charge.quality === 'ceiling')).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
});
