/** Names only what a test is about; the rest is a plain, real-shaped invocation record. */
export interface RecordOptions {
  readonly user?: string;
  readonly identityArn?: string;
  readonly modelId?: string;
  readonly input?: number;
  readonly output?: number;
  readonly at?: string;
  readonly requestId?: string;
  readonly region?: string;
}

/** Of which one possible call can cost dollars: 15 USD a million tokens of input. */
export const opus = 'us.anthropic.claude-opus-4-1-20250805-v1:0';

let serial = 0;

export function record(options: RecordOptions = {}): Record<string, unknown> {
  serial++;
  return {
    timestamp: options.at ?? '2026-11-22T12:00:00Z',
    accountId: '111122223333',
    region: options.region ?? 'us-east-1',
    requestId: options.requestId ?? `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    operation: 'Converse',
    modelId: options.modelId ?? 'amazon.nova-lite-v1:0',
    input: { inputContentType: 'application/json', inputTokenCount: options.input ?? 1000 },
    output: { outputContentType: 'application/json', outputTokenCount: options.output ?? 100 },
    identity: { arn: options.identityArn ?? `arn:aws:iam::111122223333:user/${options.user ?? 'alice'}` },
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
  };
}
