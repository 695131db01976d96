import { outlastPropagation } from '../../../lambda/use-cases/removal/outlast-propagation.ts';

const named = (name: string, cause?: Error) =>
  Object.assign(new Error(`${name} happened.`, cause && { cause }), { name });

/** Fails so often with `error`, then works; counts tries and the time slept. */
function setting(error: Error, failures: number) {
  const seen = { tries: 0, slept: 0 };
  const work = async () => {
    seen.tries++;
    if (seen.tries <= failures) throw error;
    return 'done';
  };
  const run = () =>
    outlastPropagation(work, async (milliseconds) => {
      seen.slept += milliseconds;
    });
  return { seen, run };
}

describe('A step of a deployment that AWS refuses', () => {
  test.each(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'])(
    'is tried again after %s, as long as a changed policy takes to be known',
    async (name) => {
      const { seen, run } = setting(named(name), 8);

      expect(await run()).toBe('done');
      expect(seen).toEqual({ tries: 9, slept: 40_000 });
    },
  );

  test('is tried again too where an error of ours has the refusal as its cause', async () => {
    const { seen, run } = setting(named('LoggingRefusedError', named('AccessDenied')), 1);

    expect(await run()).toBe('done');
    expect(seen.tries).toBe(2);
  });

  test('ends after a minute with the cause that is left', async () => {
    const { seen, run } = setting(named('AccessDenied'), 1_000);

    await expect(run()).rejects.toThrow(
      /^AccessDenied happened\. It was refused for a minute.*service control policy.*deploy again\.$/s,
    );
    expect(seen).toEqual({ tries: 13, slept: 60_000 });
  });

  test.each([named('ValidationException'), named('DeploymentConflictError')])(
    'fails at once with %s',
    async (error) => {
      const { seen, run } = setting(error, 1);

      await expect(run()).rejects.toBe(error);
      expect(seen).toEqual({ tries: 1, slept: 0 });
    },
  );
});
