import type { LedgerEntry } from '../metering/ledger-entry.ts';
import { applicationProfileArn } from '../pricing/application-profile.ts';
import { modelIdText } from '../pricing/model-id.ts';
import type { PriceBook } from '../pricing/price-book.ts';
import { type Profiles, resolveModel } from '../pricing/resolve-model.ts';

/** A name as records and counters spell it, and where it was called. */
export type CalledModel = Pick<LedgerEntry, 'modelId' | 'region' | 'account'>;

/**
 * The model by which records and AWS's counters are held against each other. Both name what the caller named: a model, a
 * profile or an ARN. So both are resolved alike, and never by a body, which counters do not have.
 */
export function counterModel(
  { modelId, region, account }: CalledModel,
  profiles: Profiles,
  book: PriceBook,
): string {
  const call = {
    ...{ modelId, region, account, requestId: '', timestamp: '', operation: '', identityArn: undefined },
    ...{ usage: undefined, guardrailBlockedInput: false, bodyModel: undefined, flags: [] },
  };
  const resolved = resolveModel(call, profiles, book);
  if (resolved.kind === 'priced') return resolved.model.id;
  return applicationProfileArn({ modelId, region, account }) ?? modelIdText(modelId);
}
