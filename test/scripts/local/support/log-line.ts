import { record } from '../../../support/records.ts';

/** A line of the invocation log: Amazon Nova Pro, 10,000 tokens in and 5,000 out, 0.024 USD. */
export const logLine = (user: string, requestId: string) => {
  const nova = { modelId: 'amazon.nova-pro-v1:0', input: 10_000, output: 5_000 };
  return JSON.stringify(record({ ...nova, user, requestId, at: '2026-11-22T11:59:00Z' }));
};
