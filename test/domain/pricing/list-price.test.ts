import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { formatUsd, parseUsd } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { call, usageOf } from './invocation-builder.ts';

const priceOf = (overrides: Partial<Invocation>, profiles: Record<string, string> = {}) =>
  charge(call(overrides), { profiles });
const million = 1_000_000;

describe('a list price', () => {
  const listed = (
    JSON.parse(readFileSync(join(import.meta.dirname, 'list-prices.expected.json'), 'utf8')) as [
      string,
      string,
      ...(string | null)[],
    ][]
  ).map(([modelId, region, ...prices]) => ({ modelId, region, prices }));

  it.each(listed)('of $modelId in $region is charged to the nano-dollar', ({ modelId, region, prices }) => {
    const [input, output, cacheRead, write5m, write1h, write30m] = prices;
    const tokens = (price: string | null | undefined) => (price === null ? 0 : 10_000);
    const usage = usageOf({
      input: tokens(input),
      output: tokens(output),
      cacheRead: tokens(cacheRead),
      cacheWrite: { '5m': tokens(write5m), '1h': tokens(write1h), '30m': tokens(write30m) },
    });
    // 10,000 tokens are a hundredth of a million.
    const expected = prices.reduce((sum, price) => sum + parseUsd(price ?? '0'), 0n) / 100n;

    // A day on which none of them had an announced end behind it.
    expect(priceOf({ modelId, region, usage, timestamp: '2026-11-20T12:00:00Z' })).toMatchObject({
      cost: expected,
      quality: 'priced',
      flags: [],
    });
  });

  it.each([
    // scope
    ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'us-west-2', '5'],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'us-west-2', '5.5'],
    ['anthropic.claude-opus-4-5-20251101-v1:0', 'us-west-2', '5.5'],
    ['us-gov.anthropic.claude-opus-4-5-20251101-v1:0', 'us-gov-west-1', '6'],
    ['global.anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1', '3'],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1', '3'],
    // the source region, not the profile
    ['eu.amazon.nova-pro-v1:0', 'eu-west-1', '0.92'],
    ['eu.amazon.nova-pro-v1:0', 'eu-central-1', '1.05'],
    ['eu.amazon.nova-pro-v1:0', 'eu-south-1', '1.28'],
    ['global.amazon.nova-2-lite-v1:0', 'ap-southeast-1', '0.41'],
    ['openai.gpt-oss-20b-1:0', 'eu-west-2', '0.11'],
    // spellings
    [
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
      'us-east-1',
      '0.25',
    ],
    [
      'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-sonnet-4-6',
      'us-east-1',
      '3.3',
    ],
    [
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Famazon.nova-micro-v1%3A0',
      'us-east-1',
      '0.035',
    ],
    ['mx.anthropic.claude-sonnet-4-6', 'mx-central-1', '3.3'],
    // names that merely resemble each other
    ['anthropic.claude-opus-4-1-20250805-v1:0', 'us-east-1', '15'],
    ['anthropic.claude-3-5-haiku-20241022-v1:0', 'us-east-1', '0.8'],
    ['anthropic.claude-haiku-5-5', 'us-east-1', '0.11'],
    ['openai.gpt-6-sol', 'us-east-1', '2.2'],
    ['meta.llama3-1-8b-instruct-v1:0', 'us-east-1', '0.22'],
    ['meta.llama3-8b-instruct-v1:0', 'us-east-1', '0.3'],
    ['deepseek.v3.2', 'us-east-1', '0.62'],
  ])('of a million tokens into %s in %s is %s USD', (modelId, region, usd) => {
    // Ten calls of a tenth each: no model's context is long then.
    const tenth = priceOf({ modelId, region, usage: usageOf({ input: million / 10 }) });

    expect(formatUsd(tenth.cost * 10n)).toBe(formatUsd(parseUsd(usd)));
    expect(tenth.quality).toBe('priced');
  });

  it.each([
    ['2026-07-29T23:59:59Z', 'openai.gpt-5.6-luna', '1.1'],
    ['2026-07-30T00:00:00Z', 'openai.gpt-5.6-luna', '0.22'],
    ['2024-01-01T00:00:00Z', 'openai.gpt-5.6-luna', '1.1'],
    ['2026-08-20T23:59:59Z', 'openai.gpt-5.6-sol', '5.5'],
    ['2026-08-21T00:00:00Z', 'openai.gpt-5.6-sol', '4.4'],
    ['2025-11-30T23:59:59Z', 'anthropic.claude-3-5-sonnet-20240620-v1:0', '3'],
    ['2025-12-01T00:00:00Z', 'anthropic.claude-3-5-sonnet-20240620-v1:0', '6'],
  ])('at %s of %s is %s USD', (timestamp, modelId, usd) => {
    expect(priceOf({ timestamp, modelId, usage: usageOf({ input: 100_000 }) }).cost * 10n).toBe(
      parseUsd(usd),
    );
  });

  it('equals a recomputation by hand, whatever was used', () => {
    const count = fc.nat(60_000);
    fc.assert(
      fc.property(count, count, count, count, count, (input, output, cacheRead, short, long) => {
        const usage = usageOf({ input, output, cacheRead, cacheWrite: { '5m': short, '1h': long } });
        // Haiku 4.5, regional: 1.10, 5.50, 0.11, 1.375 and 2.20 USD a million, in nano-dollars a thousand tokens.
        const thousandths = 1100 * input + 5500 * output + 110 * cacheRead + 1375 * short + 2200 * long;

        expect(priceOf({ usage }).cost).toBe(BigInt(thousandths));
      }),
    );
  });
});

describe('a long context', () => {
  const haiku = { modelId: 'us.anthropic.claude-haiku-5-5' };

  it.each([
    ['at the threshold', usageOf({ input: 100_000, output: 1000 }), '0.011550000'],
    ['one token above', usageOf({ input: 100_001, output: 1000 }), '0.057750550'],
    ['above with its cache', usageOf({ input: 1, cacheRead: 100_000, output: 1000 }), '0.008250550'],
  ])('of Haiku 5.5 %s', (_, usage, expected) => {
    expect(formatUsd(priceOf({ ...haiku, usage }).cost)).toBe(expected);
  });

  it('re-rates cache writes too, and says so', () => {
    const usage = usageOf({ cacheWrite: { '5m': 60_000, '1h': 60_000 } });

    expect(priceOf({ ...haiku, usage })).toMatchObject({
      cost: parseUsd('0.10725'),
      quality: 'priced',
      flags: ['long-context'],
    });
  });

  it.each([
    ['us.openai.gpt-6-sol', 272_000, '2.2', '4.4'],
    ['anthropic.claude-sonnet-4-20250514-v1:0', 200_000, '3', '6'],
    ['us.anthropic.claude-sonnet-4-6', 900_000, '3.3', undefined],
  ])('of %s begins above %s tokens', (modelId, threshold, below, above) => {
    const perToken = (usd: string) => parseUsd(usd) / 1_000_000n;
    const cost = (input: number) => priceOf({ modelId, usage: usageOf({ input }) }).cost;

    expect(cost(threshold)).toBe(perToken(below) * BigInt(threshold));
    expect(cost(threshold + 1)).toBe(perToken(above ?? below) * BigInt(threshold + 1));
  });
});
