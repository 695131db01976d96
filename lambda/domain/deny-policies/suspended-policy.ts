import type { DenyStatement, PolicyText } from './policy-text.ts';
import { spendingActions } from './spending-actions.ts';
import { type TamperScope, tamperStatements } from './tamper-statements.ts';

const noSpending: DenyStatement = {
  Sid: 'NoSpending',
  Effect: 'Deny',
  Action: spendingActions,
  Resource: '*',
};

/** Another user's fresh API key would spend on. */
const noFreshApiKeys: DenyStatement = {
  Sid: 'NoFreshApiKeys',
  Effect: 'Deny',
  Action: [
    'iam:CreateServiceSpecificCredential',
    'iam:ResetServiceSpecificCredential',
    'iam:UpdateServiceSpecificCredential',
  ],
  Resource: '*',
  Condition: { StringEquals: { 'iam:ServiceSpecificCredentialServiceName': 'bedrock.amazonaws.com' } },
};

/** The deny of a suspended principal: spending, and whatever would undo it. Detaching it leaves nothing behind. */
export function suspendedPolicy(scope: TamperScope): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [noSpending, ...tamperStatements('suspended', scope), noFreshApiKeys],
  };
}

/**
 * The same without the tamper actions but those on our denies themselves: for a session, whose inline policy has no room for
 * more, and for the halt switch, which stops people who did nothing wrong and have the account to run.
 */
export function plainSuspendedPolicy(partition: string, account: string): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [
      noSpending,
      {
        // A suspended administrator must not lift the own deny.
        Sid: 'NoLiftingOfTheDeny',
        Effect: 'Deny',
        Action: ['iam:DetachUserPolicy', 'iam:DetachRolePolicy', 'iam:DetachGroupPolicy'],
        Resource: '*',
        Condition: {
          ArnLike: { 'iam:PolicyARN': `arn:${partition}:iam::${account}:policy/bedrock-budget/*` },
        },
      },
      {
        // Nor rewrite it for everybody.
        Sid: 'NoRewritingOfTheDeny',
        Effect: 'Deny',
        Action: [
          'iam:CreatePolicyVersion',
          'iam:SetDefaultPolicyVersion',
          'iam:DeletePolicyVersion',
          'iam:DeletePolicy',
        ],
        Resource: `arn:${partition}:iam::${account}:policy/bedrock-budget/*`,
      },
      noFreshApiKeys,
    ],
  };
}
