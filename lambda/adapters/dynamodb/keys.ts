import { createHash } from 'node:crypto';

/** Keys and sort-key prefixes of the table user-budgets; `docs/decisions/0001-data-model.md` says what each holds. */
export const sortKeys = {
  state: 'STATE',
  budget: 'BUDGET',
  due: 'DUE',
  lease: 'LEASE',
  wake: 'WAKE',
  /** Of a principal: team, unique id and when IAM said so. */
  iam: 'IAM',
} as const;
/** Of a team: a principal whose tag names it. */
export const memberPrefix = 'MEMBER#';
export const outboxPrefix = 'OUTBOX#';
export const dueIndex = 'due';
export const dueShards = ['0', '1', '2', '3'] as const;

export const balanceKey = (subject: string, window: string, slot: number) => ({
  pk: subject,
  sk: `BAL#${window}#${slot}`,
});

/** Spreads the due index, so that a thousand subjects whose window ends at once do not meet in one partition. */
export function dueShard(subject: string): string {
  const index = createHash('sha256').update(subject).digest().readUInt8(0) % dueShards.length;
  return dueShards[index] ?? dueShards[0];
}
