import { randomUUID } from 'node:crypto';

/** A name that no other execution has. */
export const randomExecutionName = (): string => `override-${randomUUID()}`;
