import { exemptTag } from '../control/iam-target.ts';
import { policyHash } from './policy-hash.ts';
import type { PolicyText } from './policy-text.ts';
import { plainSuspendedPolicy } from './suspended-policy.ts';

/** What the switch policy says: nothing, or the halt. */
export const switchPositions = ['dormant', 'deny'] as const;
export type SwitchPosition = (typeof switchPositions)[number];

/**
 * The two versions of the switch policy, which everyone may carry beforehand: choosing the one that denies stops all of
 * them with a single call. Dormant it denies something that cannot exist, because IAM takes no policy that says nothing.
 */
export function switchTexts(
  partition: string,
  account: string,
): Readonly<Record<SwitchPosition, PolicyText>> {
  const halt = plainSuspendedPolicy(partition, account);
  // Whoever was exempted by tag since the policy was put on is not stopped; IAM's key is there for users and roles alike.
  const spared = { StringNotEquals: { [`aws:PrincipalTag/${exemptTag}`]: 'true' } };
  return {
    dormant: {
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Sid: 'Dormant', Effect: 'Deny', Action: ['bedrock:InvokeModel'] },
          // Bedrock makes these ids itself, of twelve letters and digits.
          Resource: `arn:${partition}:bedrock:*:${account}:provisioned-model/none-bedrock-budgeteer-dormant`,
        },
      ],
    },
    deny: {
      ...halt,
      Statement: halt.Statement.map((statement) =>
        statement.Sid === 'NoSpending' ? { ...statement, Condition: spared } : statement,
      ),
    },
  };
}

/** The same for the policy of this ARN, which names partition and account. */
export function switchTextsFor(policyArn: string): Readonly<Record<SwitchPosition, PolicyText>> {
  const [, partition = 'aws', , , account = ''] = policyArn.split(':');
  return switchTexts(partition, account);
}

/** Which position a version's text is, to the letter but for order; undefined for a text that is not ours. */
export function positionOf(
  document: unknown,
  texts: Readonly<Record<SwitchPosition, PolicyText>>,
): SwitchPosition | undefined {
  const hash = policyHash(document);
  return switchPositions.find((position) => policyHash(texts[position]) === hash);
}
