import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { IamDenyCarriers } from '../../../lambda/adapters/iam/deny-carriers.ts';
import { policyHash } from '../../../lambda/domain/deny-policies/policy-hash.ts';
import { ownPath } from '../../../lib/shared/naming.ts';
import type { OperatorIdentity } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { expectedPolicies, type PolicyName, policyNames } from './policy-text.ts';

type Who = Pick<OperatorIdentity, 'account' | 'partition'>;

const policyArn = ({ account, partition }: Who, name: PolicyName, stage: string) =>
  `arn:${partition}:iam::${account}:policy${ownPath}BedrockBudget${name}-${stage}`;

/** What our policies say in IAM, as a hash beside that of what this code would deploy. */
export async function findPolicies(who: Who, deployment: Deployment) {
  const { aws, stage } = deployment;
  const client = new IAMClient({ ...aws, maxAttempts: 6 });
  const expected = expectedPolicies(who.partition, deployment);
  const found: Record<string, { found: string; expected: string }> = {};
  for (const word of policyNames) {
    const PolicyArn = policyArn(who, word, stage);
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await client.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId ?? 'v1' }),
    );
    const document: unknown = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '{}'));
    const name = PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1);
    found[name] = { found: policyHash(document), expected: expected[word] };
  }
  return found;
}

/** Who carries one of our policies, as `user/NAME` or `role/NAME`. */
export async function findDenyCarriers(who: Who, { aws, stage }: Deployment): Promise<string[]> {
  const carriers = new IamDenyCarriers(new IAMClient({ ...aws, maxAttempts: 6 }));
  const arns = policyNames.map((name) => policyArn(who, name, stage));
  const found = (await Promise.all(arns.map((arn) => carriers.of(arn)))).flat();
  return [...new Set(found.map(({ type, name }) => `${type}/${name}`))].sort();
}
