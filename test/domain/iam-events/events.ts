/** Events as CloudTrail writes them; a test names what it is about. */

export const account = '111122223333';
export const policies = {
  halt: `arn:aws:iam::${account}:policy/bedrock-budget/BedrockBudgetHalt-test`,
  economy: `arn:aws:iam::${account}:policy/bedrock-budget/BedrockBudgetEconomy-test`,
  'no-premium': `arn:aws:iam::${account}:policy/bedrock-budget/BedrockBudgetNoPremium-test`,
};
export const enforcerRole = `arn:aws:iam::${account}:role/bedrock-budget/enforcer`;

export const asUser = (name: string) => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  userName: name,
});

export const asSession = (roleArn: string, session: string) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${roleArn.split('/').at(-1)}/${session}`,
  accountId: account,
  sessionContext: {
    sessionIssuer: {
      ...{ type: 'Role', principalId: 'AROAEXAMPLE', arn: roleArn, accountId: account },
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
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  };
}

export const detachment = (user = 'alice', more: Readonly<Record<string, unknown>> = {}) =>
  trailEvent('DetachUserPolicy', { userName: user, policyArn: policies.halt }, more);
