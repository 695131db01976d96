/** A line of the invocation log: Amazon Nova Pro, 10,000 tokens in and 5,000 out, 0.024 USD. */
export const logLine = (user: string, requestId: string) =>
  JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2026-11-22T11:59:00Z',
    accountId: '111122223333',
    region: 'us-east-1',
    requestId,
    operation: 'Converse',
    modelId: 'amazon.nova-pro-v1:0',
    identity: { arn: `arn:aws:iam::111122223333:user/${user}` },
    input: { inputTokenCount: 10_000 },
    output: { outputTokenCount: 5_000 },
  });
