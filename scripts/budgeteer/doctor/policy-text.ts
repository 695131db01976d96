import { denyTexts } from '../../../lambda/domain/deny-policies/deny-texts.ts';
import { policyHash } from '../../../lambda/domain/deny-policies/policy-hash.ts';
import type { TamperScope } from '../../../lambda/domain/deny-policies/tamper-statements.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';

/** Our deny policies, by the word in their names. */
export const policyNames = ['Suspended', 'Restricted', 'NoPremium'] as const;
export type PolicyName = (typeof policyNames)[number];

/** What the deny policies say when they are deployed from this code. */
export function expectedPolicies(partition: string, scope: TamperScope): Record<PolicyName, string> {
  const texts = denyTexts(priceBook, partition, scope);
  return {
    Suspended: policyHash(texts.suspended),
    Restricted: policyHash(texts.restricted),
    NoPremium: policyHash(texts['no-premium']),
  };
}
