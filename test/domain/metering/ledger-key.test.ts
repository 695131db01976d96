import { randomUUID } from 'node:crypto';
import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { ledgerKey } from '../../../lambda/domain/metering/ledger-key.ts';

const invocation = (overrides: Partial<Invocation> = {}): Invocation => ({
  requestId: '5f0c1f4e-0000-4000-8000-000000000001',
  timestamp: '2026-11-22T23:59:59Z',
  account: '012345678901',
  region: 'eu-west-1',
  operation: 'Converse',
  modelId: 'amazon.nova-pro-v1:0',
  identityArn: undefined,
  usage: undefined,
  guardrailBlockedInput: false,
  bodyModel: undefined,
  flags: [],
  ...overrides,
});

describe('ledgerKey', () => {
  it('stays what it was when the first ledger was written', () => {
    expect(ledgerKey(invocation(), 'user/alice')).toEqual({
      pk: '012345678901#user/alice#2026-11-22#2',
      sk: '2026-11-22T23:59:59Z#eu-west-1#5f0c1f4e-0000-4000-8000-000000000001',
    });
  });

  it('depends on the record alone, not on what was made of it', () => {
    const copy = invocation({
      usage: undefined,
      flags: ['usage-from-body'],
      modelId: 'other',
      bodyModel: 'x',
    });

    expect(ledgerKey(copy, 'user/alice')).toEqual(ledgerKey(invocation(), 'user/alice'));
  });

  it('spreads requests over four slots', () => {
    const slots = Array.from({ length: 200 }, () =>
      ledgerKey(invocation({ requestId: randomUUID() }), 'role/App').pk.at(-1),
    );

    expect(new Set(slots)).toEqual(new Set(['0', '1', '2', '3']));
  });
});
