import fc from 'fast-check';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';

const arn = 'arn:aws:bedrock:us-east-1:012345678901';
const names = [
  ...priceBook.models.flatMap(({ id }) => [id, `global.${id}`]),
  `${arn}:default-prompt-router/anthropic.claude:1`,
  `${arn}:custom-model-deployment/abcdefghijkl`,
  `${arn}:provisioned-model/abcdefghijkl`,
  'dummy-model-v1',
];
const count = fc.oneof(fc.nat(300_000), fc.integer(), fc.double(), fc.constantFrom(1e12, '5', null, true));
const counts = (...keys: readonly string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, count])), { requiredKeys: [] });
const units = fc.record({
  invocationMetrics: fc.record({ usage: counts('contentPolicyUnits', 'xPolicyUnits') }),
});
const response = fc.record(
  {
    usage: counts('inputTokens', 'outputTokens', 'cacheReadInputTokens', 'cacheWriteInputTokens'),
    images: fc.oneof(fc.array(fc.string()), fc.constant(null)),
    error: fc.string(),
    serviceTier: fc.oneof(fc.record({ type: fc.string() }), fc.constantFrom('flex', 'priority', 'reserved')),
    stopReason: fc.constantFrom('end_turn', 'guardrail_intervened'),
    trace: fc.record({
      promptRouter: fc.record({ invokedModelId: fc.constantFrom(...names, '') }),
      guardrail: fc.record({ inputAssessment: fc.dictionary(fc.string(), units) }),
    }),
  },
  { requiredKeys: [] },
);
const request = fc.record(
  {
    imageGenerationConfig: counts('numberOfImages', 'width', 'height'),
    text_prompts: fc.array(fc.string()),
    steps: count,
    inputImage: fc.string(),
    query: fc.string(),
    documents: fc.array(fc.string()),
    serviceTier: fc.constantFrom('flex', { type: 'reserved' }),
    usage: counts('inputTokens', 'outputTokens'),
  },
  { requiredKeys: [] },
);
const envelope = {
  timestamp: '2026-11-22T12:00:00Z',
  accountId: '012345678901',
  requestId: '5f0c1f4e-0000-4000-8000-000000000001',
  identity: { arn: 'arn:aws:iam::012345678901:user/alice' },
};
const record = fc.record({
  modelId: fc.constantFrom(...names),
  region: fc.constantFrom('us-east-1', 'us-gov-west-1', 'mars-1'),
  input: counts('inputTokenCount', 'cacheReadInputTokenCount', 'cacheWriteInputTokenCount'),
  output: fc.tuple(
    counts('outputTokenCount', 'outputVideoDurationSeconds', 'outputVideoHeight'),
    fc.oneof(response, fc.array(response), fc.constant(undefined)),
  ),
});

function chargeOf(made: object, countGuardrails = false) {
  const reading = readLine(JSON.stringify({ ...envelope, ...made }));
  return reading.kind === 'invocation'
    ? charge(reading.invocation, { profiles: {}, countGuardrails })
    : undefined;
}
const withBody = ([told, outputBodyJson]: readonly [object, unknown]) => ({ ...told, outputBodyJson });

describe('whatever a record says', () => {
  it('its charge is no less than nothing, and nothing only for a stated reason', () => {
    fc.assert(
      fc.property(record, request, fc.boolean(), ({ input, output, ...made }, inputBodyJson, guardrails) => {
        const charged = chargeOf(
          { ...made, input: { ...input, inputBodyJson }, output: withBody(output) },
          guardrails,
        );

        expect(charged?.quality === 'free').toBe(charged?.cost === 0n);
        expect((charged?.cost ?? -1n) >= 0n && (charged?.worstCase ?? 1n) > 0n).toBe(true);
        if (charged?.quality === 'free' || charged?.quality === 'ceiling')
          expect(charged.reason).toBeTruthy();
      }),
      { numRuns: 1500 },
    );
  });

  it('what the caller wrote of a call that is paid by the token changes no price', () => {
    const chat = new Set(priceBook.models.filter(({ kind }) => kind === 'chat').map(({ id }) => id));
    const calls = record.filter(({ modelId }) => chat.has(modelId.replace(/^global\./, '')));
    const metadata = fc.dictionary(fc.constantFrom('serviceTier', 'usage', 'app'), fc.string());
    fc.assert(
      fc.property(calls, request, metadata, ({ input, output, ...made }, inputBodyJson, requestMetadata) => {
        const plain = { ...made, input, output: withBody(output) };

        const written = chargeOf({ ...plain, requestMetadata, input: { ...input, inputBodyJson } });
        const silent = chargeOf(plain);

        expect([written?.cost, written?.quality]).toEqual([silent?.cost, silent?.quality]);
      }),
      { numRuns: 800 },
    );
  });
});
