/** Events as CloudTrail writes them; a test names what it is about. */

export const eventAccount = '111122223333';
export const policies = {
  suspended: `arn:aws:iam::${eventAccount}:policy/bedrock-budget/BedrockBudgetSuspended-test`,
  restricted: `arn:aws:iam::${eventAccount}:policy/bedrock-budget/BedrockBudgetRestricted-test`,
  'no-premium': `arn:aws:iam::${eventAccount}:policy/bedrock-budget/BedrockBudgetNoPremium-test`,
};
export const enforcerRole = `arn:aws:iam::${eventAccount}:role/bedrock-budget/enforcer`;

export const asUser = (name: string) => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${eventAccount}:user/${name}`,
  accountId: eventAccount,
  userName: name,
});

export const asSession = (roleArn: string, session: string) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${eventAccount}:assumed-role/${roleArn.split('/').at(-1)}/${session}`,
  accountId: eventAccount,
  sessionContext: {
    sessionIssuer: {
      ...{ type: 'Role', principalId: 'AROAEXAMPLE', arn: roleArn, accountId: eventAccount },
      userName: roleArn.split('/').at(-1),
    },
    attributes: { creationDate: '2026-11-22T11:00:00Z', mfaAuthenticated: 'true' },
  },
});

let serial = 0;

export function trailEvent(
  eventName: string,
  requestParameters: object | null,
  more: Readonly<Record<string, unknown>> = {},
) {
  serial += 1;
  return {
    eventVersion: '1.11',
    userIdentity: asUser('bob'),
    eventTime: '2026-11-22T12:00:00Z',
    eventSource: 'iam.amazonaws.com',
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.30',
    requestParameters,
    responseElements: null,
    requestID: '5f1c',
    eventID: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: eventAccount,
    eventCategory: 'Management',
    ...more,
  };
}

export const detachment = (user = 'alice', more: Readonly<Record<string, unknown>> = {}) =>
  trailEvent('DetachUserPolicy', { userName: user, policyArn: policies.suspended }, more);
