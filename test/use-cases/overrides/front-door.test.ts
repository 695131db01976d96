import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import { answerApproval, type FrontDoorDeps } from '../../../lambda/use-cases/overrides/front-door.ts';

const account = '111122223333';
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const session = (role: string, name: string, where = account) =>
  `arn:aws:sts::${where}:assumed-role/${role}/${name}`;
const operators = 'AWSReservedSSO_Operators_0123456789abcdef';
const approvers = 'AWSReservedSSO_Approvers_fedcba9876543210';

/** The door for approvals, with one order that `asker` left waiting. */
async function approve(asker: string, approver: string) {
  const approved: string[] = [];
  const deps: FrontDoorDeps = {
    records: {
      find: async () => ({ requestedBy: 'who asked', callerArn: asker, digest: 'd', token: 'the token' }),
      keep: async () => {},
      keepToken: async () => {},
    },
    machine: {
      start: async () => {},
      approve: async (token) => void approved.push(token),
      reject: async () => {},
    },
    settings: settingsSchema.parse({ mode: 'enforce' }),
    newExecution: () => 'override-1',
  };
  const body = { action: 'approve', execution: 'override-1', reason: 'fine' };
  const { status } = await answerApproval(approver, body, deps);
  return { status, approved };
}

describe('a second person', () => {
  it.each([
    ['another user', user('ann'), user('ben')],
    ['a session of another role', session('Ops', 'ann'), session('Duty', 'ann')],
    [
      'another person of Identity Center',
      session(operators, 'ann@example.com'),
      session(operators, 'ben@example.com'),
    ],
  ])('is %s', async (_, asker, approver) => {
    expect(await approve(asker, approver)).toEqual({ status: 200, approved: ['the token'] });
  });

  it.each([
    ['who asked', user('ann'), user('ann')],
    [
      'another session of the same role, whose name anyone chooses',
      session('Ops', 'ann'),
      session('Ops', 'ben'),
    ],
    [
      'the same person of Identity Center under another permission set',
      session(operators, 'ann@example.com'),
      session(approvers, 'Ann@example.com'),
    ],
    [
      'the same person of Identity Center in another account',
      session(operators, 'ann@example.com'),
      session(operators, 'ann@example.com', '444455556666'),
    ],
  ])('is not %s', async (_, asker, approver) => {
    expect(await approve(asker, approver)).toEqual({ status: 403, approved: [] });
  });
});
