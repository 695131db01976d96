/** What use cases need of the world, in the domain's words: adapters give it, tests imitate it. */
export * from './ports/audit.ts';
export * from './ports/evidence.ts';
export * from './ports/iam.ts';
export * from './ports/ledger.ts';
export * from './ports/messages.ts';
export * from './ports/subjects.ts';
export * from './ports/time.ts';
export * from './ports/upkeep.ts';
export * from './ports/workflows.ts';
