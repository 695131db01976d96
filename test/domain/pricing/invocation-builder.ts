import type { Invocation, Usage } from '../../../lambda/domain/metering/invocation.ts';

/** A usage of nothing but what the test is about. */
export function usageOf(
  counts: Partial<Omit<Usage, 'cacheWrite'>> & { cacheWrite?: Partial<Usage['cacheWrite']> },
): Usage {
  return {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWriteUnclassified: 0,
    ...counts,
    cacheWrite: { '5m': 0, '1h': 0, '30m': 0, ...counts.cacheWrite },
  };
}

/** A call of Claude Haiku 4.5 in us-east-1 through its US profile, or what the test makes of it. */
export function call(overrides: Partial<Invocation> = {}): Invocation {
  return {
    requestId: '5f0c1f4e-0000-4000-8000-000000000001',
    timestamp: '2026-11-22T12:00:00Z',
    account: '012345678901',
    region: 'us-east-1',
    operation: 'Converse',
    modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    identityArn: 'arn:aws:iam::012345678901:user/alice',
    usage: usageOf({ input: 1000, output: 100 }),
    guardrailBlockedInput: false,
    bodyModel: undefined,
    flags: [],
    ...overrides,
  };
}
