import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { IamDenyCarriers } from '../../../lambda/adapters/iam-deny-carriers.ts';
import { ownPath } from '../../../lib/shared/naming.ts';
import type { Caller } from '../caller.ts';
import type { Deployment } from '../deployment.ts';
import { expectedPolicies, policyHash } from './policy-text.ts';

type Who = Pick<Caller, 'account' | 'partition'>;

/** ARNs of our two policies, by step. */
function policyArns({ account, partition }: Who, stage: string): Record<'halt' | 'economy', string> {
  const arn = (name: string) =>
    `arn:${partition}:iam::${account}:policy${ownPath}BedrockBudget${name}-${stage}`;
  return { halt: arn('Halt'), economy: arn('Economy') };
}

/** What the two policies say in IAM, as a hash beside that of what this code would deploy. */
export async function findPolicies(who: Who, { aws, stage }: Deployment) {
  const client = new IAMClient({ ...aws, maxAttempts: 6 });
  const expected = expectedPolicies(who.partition, who.account);
  const found: Record<string, { found: string; expected: string }> = {};
  for (const [step, PolicyArn] of Object.entries(policyArns(who, stage)) as ['halt' | 'economy', string][]) {
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await client.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId ?? 'v1' }),
    );
    const document: unknown = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '{}'));
    const name = PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1);
    found[name] = { found: policyHash(document), expected: expected[step] };
  }
  return found;
}

/** Who carries one of our policies, as `user/NAME` or `role/NAME`. */
export async function findDenyCarriers(who: Who, { aws, stage }: Deployment): Promise<string[]> {
  const carriers = new IamDenyCarriers(new IAMClient({ ...aws, maxAttempts: 6 }));
  const arns = Object.values(policyArns(who, stage));
  const found = (await Promise.all(arns.map((arn) => carriers.of(arn)))).flat();
  return [...new Set(found.map(({ type, name }) => `${type}/${name}`))].sort();
}
