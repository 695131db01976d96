import { VersionConflictError } from '../ports/subjects.ts';

/**
 * Does the whole of `work` again where someone else changed the subject since it was read: reading included, so that
 * what is written rests on what is true.
 * @throws VersionConflictError when that keeps happening.
 */
export async function retryConflicts<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof VersionConflictError) || attempt >= attempts) throw error;
    }
  }
}
