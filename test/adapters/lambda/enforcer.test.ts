import { TooManyRequestsException } from '@aws-sdk/client-lambda';
import { EnforcerFailedError, LambdaEnforcer } from '../../../lambda/adapters/lambda/enforcer.ts';

const throttled = () => new TooManyRequestsException({ message: 'Rate exceeded', $metadata: {} });

/** Lambda that refuses so many calls because all hands of the enforcer are taken. */
function enforcer(refusals: number, { wait = true, answer = {} } = {}) {
  const slept: number[] = [];
  const asked: string[] = [];
  let left = refusals;
  const client = {
    send: async ({ input }: { input: { InvocationType: string } }) => {
      asked.push(input.InvocationType);
      if (left-- > 0) throw throttled();
      return answer;
    },
  };
  const sleep = async (ms: number) => {
    slept.push(ms);
  };
  return { slept, asked, enforcer: new LambdaEnforcer('enforcer', { wait, sleep }, client as never) };
}

describe('An enforcer that is waited for', () => {
  it('is asked again until it has a free hand', async () => {
    const { slept, asked, enforcer: busy } = enforcer(3);
    await busy.ask('user/alice');

    expect(asked).toEqual(Array(4).fill('RequestResponse'));
    expect(slept).toHaveLength(3);
  });

  it('is given up after half a minute, so that the others get their turn', async () => {
    const { slept, enforcer: dead } = enforcer(Number.POSITIVE_INFINITY);

    await expect(dead.ask('user/alice')).rejects.toThrow(TooManyRequestsException);
    const seconds = slept.reduce((sum, ms) => sum + ms, 0) / 1000;
    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThan(45);
  });

  it('that fails is no success', async () => {
    const { enforcer: failing } = enforcer(0, { answer: { FunctionError: 'Unhandled' } });

    await expect(failing.ask('user/alice')).rejects.toThrow(EnforcerFailedError);
  });
});

it('An enforcer that nobody waits for is left to Lambda, which keeps the request', async () => {
  const { asked, enforcer: alone } = enforcer(0, { wait: false });
  await alone.ask('user/alice');

  expect(asked).toEqual(['Event']);
});
