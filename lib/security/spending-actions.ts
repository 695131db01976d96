import { haltPolicy } from '../../lambda/domain/deny-policies/halt-policy.ts';

/** Everything that spends on Bedrock: what the halt denies, so that there is one list of it. */
export function spendingActions(partition: string, account: string): readonly string[] {
  const [spending] = haltPolicy(partition, account).Statement;
  return spending?.Action ?? [];
}
