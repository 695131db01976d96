import { retryConflicts } from '../../../lambda/use-cases/deciding/retry-conflicts.ts';
import { VersionConflictError } from '../../../lambda/use-cases/ports/subjects.ts';

/** Work that fails so often before it succeeds, and how often it was done. */
function failing(times: number, error: Error) {
  const done = { count: 0 };
  const work = async () => {
    done.count += 1;
    if (done.count <= times) throw error;
    return 'written';
  };
  return { done, work };
}

describe('work on a subject that somebody else changes', () => {
  it('is done again until it succeeds', async () => {
    const { done, work } = failing(2, new VersionConflictError());
    await expect(retryConflicts(3, work)).resolves.toBe('written');
    expect(done.count).toBe(3);
  });

  it('gives up after the last attempt', async () => {
    const { done, work } = failing(3, new VersionConflictError());
    await expect(retryConflicts(3, work)).rejects.toThrow(VersionConflictError);
    expect(done.count).toBe(3);
  });

  it('is not repeated after any other error', async () => {
    const { done, work } = failing(1, new Error('throttled'));
    await expect(retryConflicts(3, work)).rejects.toThrow('throttled');
    expect(done.count).toBe(1);
  });
});
