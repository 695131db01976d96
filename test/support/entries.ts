import type { LedgerEntry } from '../../lambda/domain/metering/ledger-entry.ts';

let serial = 0;

/** A posted call of Nova Lite in us-east-1; names only what a test is about. */
export function entry(overrides: Partial<LedgerEntry> = {}): LedgerEntry {
  serial++;
  const requestId = overrides.requestId ?? `00000000-0000-4000-9000-${String(serial).padStart(12, '0')}`;
  const principal = overrides.principal ?? 'user/alice';
  const timestamp = '2026-11-22T12:00:00Z';
  return {
    key: { pk: `111122223333#${principal}#2026-11-22#0`, sk: `${timestamp}#us-east-1#${requestId}` },
    delivery: 'delivery-1',
    requestId,
    timestamp,
    account: '111122223333',
    region: 'us-east-1',
    operation: 'Converse',
    modelId: 'amazon.nova-lite-v1:0',
    principal,
    team: undefined,
    usage: {
      input: 1000,
      output: 100,
      cacheRead: 0,
      cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
      cacheWriteUnclassified: 0,
    },
    bodyModel: undefined,
    recordFlags: [],
    charge: priced(84_000n),
    windows: { principal: ['month:2026-11'], team: [], account: ['month:2026-11'] },
    ...overrides,
  };
}

const charge = { flags: [], model: 'amazon.nova-lite-v1:0', book: 'test' };
export const priced = (cost: bigint): LedgerEntry['charge'] => ({
  ...charge,
  cost,
  quality: 'priced',
  reason: undefined,
});
/** @param floor of a ceiling that nothing bounds: what counts of it at once */
export const ceiling = (cost: bigint, floor?: bigint): LedgerEntry['charge'] => ({
  ...charge,
  cost,
  quality: 'ceiling',
  reason: 'the price book does not have the model',
  flags: ['ceiling'],
  ...(floor !== undefined && { floor }),
});
