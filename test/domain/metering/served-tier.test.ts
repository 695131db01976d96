import fc from 'fast-check';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { servedTier } from '../../../lambda/domain/metering/served-tier.ts';

describe('the tier that a call was served in', () => {
  it.each<[string, object, unknown, string | undefined]>([
    ['in a Converse response', {}, { serviceTier: { type: 'flex' } }, 'flex'],
    ['in an OpenAI-style response', {}, { service_tier: 'priority' }, 'priority'],
    [
      'in the last event of a stream',
      {},
      ['[DONE]', { metadata: { serviceTier: { type: 'flex' } } }],
      'flex',
    ],
    [
      'in a Converse response of optimized latency',
      {},
      { performanceConfig: { latency: 'optimized' } },
      'latency-optimized',
    ],
    ['in the envelope', { performanceConfig: { latency: 'optimized' } }, undefined, 'latency-optimized'],
    ['in the envelope, by name', { serviceTier: 'reserved' }, undefined, 'reserved'],
    ['by a name that is new', {}, { serviceTier: { type: 'Turbo' } }, 'turbo'],
    ['as the standard one', {}, { serviceTier: { type: 'standard' } }, undefined],
    ['as the default one', {}, { service_tier: 'default' }, undefined],
    ['as standard latency', {}, { performanceConfig: { latency: 'standard' } }, undefined],
    ['nowhere', {}, { usage: {} }, undefined],
    [
      'in a wrong form',
      { serviceTier: 7 },
      { service_tier: ['flex'], performanceConfig: 'optimized' },
      undefined,
    ],
    ['as a text that is no name', {}, { service_tier: 'x'.repeat(100) }, undefined],
  ])('stands %s', (_, record, body, expected) => {
    expect(servedTier(record, body)).toBe(expected);
  });

  it('is never what the caller asked for, and never a word of the answer', () => {
    const record = {
      timestamp: '2026-11-22T12:00:00Z',
      accountId: '012345678901',
      region: 'us-east-1',
      requestId: 'r',
      modelId: 'openai.gpt-oss-20b-1:0',
      requestMetadata: { serviceTier: 'flex' },
      input: { inputTokenCount: 1, inputBodyJson: { serviceTier: { type: 'flex' }, service_tier: 'flex' } },
      output: {
        outputTokenCount: 1,
        outputBodyJson: { output: { message: { content: [{ text: '"serviceTier":{"type":"flex"}' }] } } },
      },
    };
    const reading = readLine(JSON.stringify(record));

    expect(reading.kind === 'invocation' && reading.invocation.tier).toBeUndefined();
  });

  it('is a short name or none, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (record, body) => {
        expect(servedTier(record, body) ?? 'none').toMatch(/^[a-z][a-z-]{0,31}$/);
      }),
    );
  });
});
