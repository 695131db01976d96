import fc from 'fast-check';
import { readUsageType } from '../../../../lambda/domain/pricing/price-list/usage-type.ts';

const tokens = (unitClass: string, more: object = {}) => ({
  kind: 'tokens',
  unitClass,
  scope: 'regional',
  tier: undefined,
  context: 'normal',
  ...more,
});

describe('readUsageType', () => {
  it.each([
    // native, older
    ['USE1-NovaLite-input-tokens', tokens('input', { name: 'NovaLite' })],
    ['EU-TitanEmbeddingV2-Text-input-tokens', tokens('input', { name: 'TitanEmbeddingV2-Text' })],
    ['USE1-Llama3-1-405B-output-tokens-batch', tokens('output', { name: 'Llama3-1-405B', tier: 'batch' })],
    [
      'USE1-Nova2.0Lite-input-tokens-priority-cross-region-global',
      tokens('input', { name: 'Nova2.0Lite', tier: 'priority', scope: 'global' }),
    ],
    [
      'USE1-Nova2.0Lite-output-tokens-cross-region-global-batch',
      tokens('output', { name: 'Nova2.0Lite', tier: 'batch', scope: 'global' }),
    ],
    [
      'USE1-NovaPro-input-tokens-latency-optimized',
      tokens('input', { name: 'NovaPro', tier: 'latencyOptimized' }),
    ],
    ['USE1-NovaPro-cache-read-input-token-count', tokens('cacheRead', { name: 'NovaPro' })],
    [
      'USE1-X-cache-read-input-token-count-long-context-cross-region-geo',
      tokens('cacheRead', { name: 'X', context: 'long' }),
    ],
    ['USE1-X-cache-write-input-token-count', tokens('cacheWrite5m', { name: 'X' })],
    ['USE1-X-cache-write-input-token-count-1-hour', tokens('cacheWrite1h', { name: 'X' })],
    ['USE1-X-output-tokens-cross-region', tokens('output', { name: 'X' })],
    // native, mantle: the model's id stands in it
    [
      'USW2-anthropic.claude-opus-4-8-mantle-cache-write-tokens-global-standard',
      tokens('cacheWrite5m', { name: 'anthropic.claude-opus-4-8', tier: 'standard', scope: 'global' }),
    ],
    [
      'USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-long-ctx-flex',
      tokens('cacheWrite5m', { name: 'openai.gpt-5.6-luna', tier: 'flex', context: 'long' }),
    ],
    [
      'UGW1-openai.gpt-5.6-terra-mantle-cache-write-tokens-30m-priority',
      tokens('cacheWrite30m', { name: 'openai.gpt-5.6-terra', tier: 'priority' }),
    ],
    ['USE1-zai.glm-4.7-output-tokens-batch', tokens('output', { name: 'zai.glm-4.7', tier: 'batch' })],
    // marketplace, camel
    ['USE1-MP:USE1_InputTokenCount-Units', tokens('input')],
    [
      'USE1-MP:USE1_OutputTokenCount_Global_Batch-Units',
      tokens('output', { tier: 'batch', scope: 'global' }),
    ],
    ['USE2-MP:USE2_InputTokenCount_LatencyOptimized-Units', tokens('input', { tier: 'latencyOptimized' })],
    ['USE1-MP:USE1_CacheReadInputTokenCount-Units', tokens('cacheRead')],
    ['USE1-MP:USE1_CacheWriteInputTokenCount_Global-Units', tokens('cacheWrite5m', { scope: 'global' })],
    ['USE1-MP:USE1_CacheWrite1hInputTokenCount-Units', tokens('cacheWrite1h')],
    ['USE1-MP:USE1_InputTokenCount_LCtx-Units', tokens('input', { context: 'long' })],
    ['USE1-MP:USE1_MillionBatchInputTokens-Units', tokens('input', { tier: 'batch' })],
    // marketplace, snake
    ['EU-MP:EU_input_tokens_standard-Units', tokens('input', { tier: 'standard' })],
    ['USE1-MP:USE1_output_tokens_batch-Units', tokens('output', { tier: 'batch' })],
    [
      'USE1-MP:USE1_input_tokens_long_ctx_global_standard-Units',
      tokens('input', { tier: 'standard', scope: 'global', context: 'long' }),
    ],
    [
      'USE1-MP:USE1_cache_write_tokens_1h_long_ctx_standard-Units',
      tokens('cacheWrite1h', { tier: 'standard', context: 'long' }),
    ],
    [
      'USE1-MP:USE1_cache_read_tokens_global_standard-Units',
      tokens('cacheRead', { tier: 'standard', scope: 'global' }),
    ],
    // no tokens
    [
      'USE1-NovaCanvas-T2I-2048-Premium',
      { kind: 'units', name: 'NovaCanvas', unitClass: 'image', variant: '2048-premium' },
    ],
    ['USE1-MP:USE1_created_image-Units', { kind: 'units', unitClass: 'image', variant: 'any' }],
    [
      'USW2-Ray-V2-Medfps-HDRes',
      { kind: 'units', name: 'Ray-V2', unitClass: 'videoSecond', variant: '720p' },
    ],
    [
      'USE1-Nova2.0Omni-output-image-token-count-cross-region-global',
      {
        kind: 'tokens',
        name: 'Nova2.0Omni',
        unitClass: 'mediaToken',
        variant: 'image-output',
        scope: 'global',
      },
    ],
    [
      'USE1-NovaSonic-speech-input-tokens',
      { kind: 'tokens', name: 'NovaSonic', unitClass: 'mediaToken', variant: 'speech-input' },
    ],
    [
      'USE1-NovaMultiModalEmbeddings-input-audio-second',
      { kind: 'units', name: 'NovaMultiModalEmbeddings', unitClass: 'videoSecond', variant: 'audio' },
    ],
    [
      'USE1-NovaMultiModalEmbeddings-input-document-image-count',
      { kind: 'units', name: 'NovaMultiModalEmbeddings', unitClass: 'image', variant: 'document' },
    ],
    ['USE1-MP:USE1_InputImageCount-Units', { kind: 'units', unitClass: 'image', variant: 'any' }],
    [
      'USE1-Nova2.0Lite-nova-grounding',
      { kind: 'units', name: 'Nova2.0Lite', unitClass: 'toolRequest', variant: 'nova_grounding' },
    ],
    ['USE1-MP:USE1_search_units-Units', { kind: 'units', unitClass: 'searchQuery' }],
    [
      'APN1-AmazonRerank-v1-searchunits',
      { kind: 'units', name: 'AmazonRerank-v1', unitClass: 'searchQuery' },
    ],
    [
      'USE1-Guardrail-SensitiveInformationPolicyFreeUnitsConsumed',
      { kind: 'units', unitClass: 'guardrailUnit', variant: 'sensitiveInformationPolicyFree' },
    ],
  ])('reads %s', (usageType, expected) => {
    expect(readUsageType(usageType)).toMatchObject(expected);
  });

  it.each([
    ['USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units', 'capacity'],
    ['USE1-MP:USE1_ProvisionedThroughput_NoCommit_ModelUnits_Usage-Units', 'capacity'],
    ['USE1-Nova2.0Lite-reserved-1-month-input-tokens-per-minute-cross-region-geo', 'capacity'],
    ['USE1-TitanImageGeneratorG1-ProvisionedThroughput-NoCommit-ModelUnits', 'capacity'],
    ['USE1-Nova2.0Lite-output-tokens-custom-model', 'customization'],
    ['USE1-Nova2.0Lite-RFT-Training-Hours', 'customization'],
    ['USE1-Nova2.0Lite-Customization-Storage', 'customization'],
    ['USE1-NovaMultiModalEmbeddings-input-video-minutes', 'other-medium'],
    ['USE1-MP:USE1_InputVideoHours-Units', 'other-medium'],
    ['USE1-Claude3.5Sonnet-input-tokens-extended-access', 'extended-access'],
  ])('leaves out %s: %s', (usageType, reason) => {
    expect(readUsageType(usageType)).toMatchObject({ kind: 'excluded', reason });
  });

  it.each([
    ['a word that no rule knows', 'USE1-NovaLite-input-tokens-turbo', /"turbo"/],
    ['two tiers', 'USE1-NovaLite-input-tokens-flex-batch', /two tiers, flex and batch/],
    ['two scopes', 'USE1-NovaLite-input-tokens-global-geo', /two scopes/],
    ['a lifetime of what is not written to a cache', 'USE1-NovaLite-input-tokens-1h', /lifetime of 1h/],
    ['a new lifetime', 'USE1-X-mantle-cache-write-tokens-24h-standard', /"24h"/],
    ['cached tokens that are neither read nor written', 'USE1-MP:USE1_TokenCount-Units', /does not go/],
    ['no region', 'NovaLite', /region prefix/],
    ['something else altogether', 'USE1-Nova2.0Lite-nova-fishing', /no rule/],
  ])('guesses nothing from %s', (_, usageType, why) => {
    const reading = readUsageType(usageType);

    expect(reading.kind).toBe('unknown');
    expect(reading).toHaveProperty('why', expect.stringMatching(why));
  });

  it('reads the same from modifiers in any order', () => {
    const words = ['global', 'long-ctx', 'flex'];
    fc.assert(
      fc.property(fc.shuffledSubarray(words, { minLength: 3 }), (order) => {
        expect(readUsageType(`USE1-a.b-mantle-input-tokens-${order.join('-')}`)).toEqual({
          kind: 'tokens',
          name: 'a.b',
          unitClass: 'input',
          scope: 'global',
          tier: 'flex',
          context: 'long',
        });
      }),
    );
  });

  it('never throws', () => {
    const pieces = [
      'USE1',
      '-',
      '_',
      'MP:',
      'input',
      'tokens',
      'cache',
      'write',
      'global',
      '__proto__',
      'constructor',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (usageType) => expect(readUsageType(usageType).kind).toEqual(expect.any(String))),
    );
  });
});
