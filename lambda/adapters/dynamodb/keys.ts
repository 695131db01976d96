import { createHash } from 'node:crypto';

/** Keys and sort-key prefixes of the table user-budgets; `docs/decisions/0001-data-model.md` says what each holds. */
export const sortKeys = {
  state: 'STATE',
  budget: 'BUDGET',
  due: 'DUE',
  lease: 'LEASE',
  evaluate: 'EVALUATE',
  /** Of a principal: its place in the list of principals, which the due index keeps in the order of burn rates. */
  pace: 'PACE',
  /** Of a principal: team, unique id and when IAM said so. */
  iam: 'IAM',
} as const;
/** Of a team: a principal whose tag names it. */
export const memberPrefix = 'MEMBER#';
/** A partition per execution of the override machine; only the front door may begin one. */
export const overridePartition = 'override#';
/** A partition per fenced role: its held sessions, and the lease of whoever renders its fence. */
export const fencePartition = 'fence/';
/** Of a principal: a batch job that it submitted, by the job's ARN. */
export const jobPrefix = 'JOB#';
/** Of a subject: windows that are new to its budget and are caught up on. */
export const catchUpPrefix = 'CATCHUP#';
/** In the deployment's own partition: the values of one label in one month. */
export const labelPrefix = 'LABEL#';
export const outboxPrefix = 'OUTBOX#';
export const dueIndex = 'due';
/** Partition of the due index that lists every principal; its sort key is the burn rate instead of a time. */
export const principalShard = 'principals';
/** Partition of the due index for what has to be caught up on. */
export const catchUpShard = 'catch-up';
/** Partition of the due index for what has to be proven. */
export const evidenceShard = 'evidence';
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

/** A burn rate, in nano-USD a minute, as a sort key: as many digits as any rate has. */
export const spendRank = (perMinute: bigint): string => String(perMinute).padStart(20, '0');
