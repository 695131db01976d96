import { iamTarget, protectedPath } from '../../../lambda/domain/control/iam-target.ts';
import { applyLogging } from '../../../lambda/domain/logging/apply-logging.ts';
import { hasDestination, type LoggingConfig } from '../../../lambda/domain/logging/logging-config.ts';
import {
  budgetPlace,
  doorForm,
  isKnownRegion,
  partitionOf,
  regionSource,
} from '../../../lib/regions/region-choices.ts';
import { mayCallBedrock, type PolicyHolder } from './bedrock-callers.ts';
import type { Trail } from './find-trails.ts';
import { attention, broken, checkOf, type DoctorFinding, ok, type Seen, seen } from './finding.ts';

/** Everything that the checks before a deployment judge, as it was found. */
export interface AccountFacts {
  readonly region: string;
  /** Whether the stage names its account and its Region. */
  readonly pinned: boolean;
  readonly logging: Seen<LoggingConfig | undefined>;
  /** What the stage names of others' logging. */
  readonly declared: {
    readonly logGroup?: string | undefined;
    readonly roleArn?: string | undefined;
    readonly bucket?: string | undefined;
  };
  /** What the stage would make itself. */
  readonly ownLogGroup: string;
  /**
   * What of others' logging is read: what the stage names, or else what Bedrock writes to and the stage is going to
   * name.
   */
  readonly others: { readonly logGroup?: string | undefined; readonly bucket?: string | undefined };
  /** Subscription filters of that log group; undefined where there is none. */
  readonly subscribers: Seen<readonly string[] | undefined>;
  /** Its log class, by AWS's name; undefined where there is no such group. */
  readonly logClass: Seen<string | undefined>;
  readonly holders: Seen<readonly PolicyHolder[]>;
  readonly breakGlass: readonly string[];
  /** IAM's account summary, by AWS's names. */
  readonly quotas: Seen<Readonly<Record<string, number>>>;
  /** Concurrent executions that no function has reserved. */
  readonly concurrency: Seen<number>;
  /** What the stage's enforcer would take of them. */
  readonly enforcerConcurrency: number | 'unreserved';
  /** Whether that bucket tells EventBridge; undefined where there is no such bucket. */
  readonly announces: Seen<boolean | undefined>;
  /** Tables, log groups and policies that bear the stage's names. */
  readonly named: Seen<readonly string[]>;
  /** The bucket that an earlier deployment anchored its audit in. */
  readonly archive: Seen<string | undefined>;
  /** Names of the stage's stacks that are there. */
  readonly stacks: Seen<readonly string[]>;
  readonly trails: Seen<readonly Trail[]>;
}

/** CloudWatch Logs allows so many on a log group. */
const subscriptionLimit = 2;
/** Lambda keeps at least so many for functions without a reservation. */
const leastUnreserved = 100;
/** Share of a quota from which on it is reported. */
const nearLimit = 0.9;
/** What a deployment adds to the account. */
const adds = { Policies: 9, Roles: 30 } as const;

/** Judges an account before the first deployment. Pure: the same facts, the same findings. */
export function findingsOfAccount(facts: AccountFacts): DoctorFinding[] {
  return [
    ...checkOf('region', seen(facts), where),
    ...checkOf('logging', facts.logging, (found) => logging(found, facts)),
    ...(facts.others.logGroup === undefined
      ? []
      : checkOf('log group', facts.subscribers, (found) => slots(found, facts))),
    ...(facts.others.bucket === undefined
      ? []
      : checkOf('bucket', facts.announces, (found) => bucketFits(found, facts))),
    ...checkOf('leftovers', facts.named, (names) => leftovers(names, facts)),
    ...checkOf('archive', facts.archive, (bucket) => archive(bucket, facts)),
    ...checkOf('trail', facts.trails, trail),
    ...checkOf('callers', facts.holders, callers),
    ...checkOf('unstoppable', facts.holders, (holders) => unstoppable(holders, facts)),
    ...checkOf('quotas', facts.quotas, quotas),
    ...checkOf('concurrency', facts.concurrency, (free) => concurrency(free, facts)),
  ];
}

/** What the Region has, and what the deployment does where it has not. */
function where({ region, pinned }: AccountFacts) {
  if (partitionOf(region) === undefined)
    return broken(`The partition of ${region} was never tried.`, 'Set `region` to one of another partition.');
  if (!isKnownRegion(region))
    return attention(
      `${region} is not known to ${regionSource}: what is missing there shows when it is deployed.`,
      'Deploy a stage that is thrown away first.',
    );
  const budget = budgetPlace({ region });
  const here = doorForm({ region }) === 'url' && budget.where === 'here';
  if (!pinned && !here)
    return broken(
      `${region} lacks function URLs or AWS Budgets, and a stage that names no Region is made for those that have both.`,
      'Set `account` and `region` in lib/stages.ts: the deployment then goes another way.',
    );
  const door = doorForm({ region }) === 'url' ? 'function URLs' : 'an HTTP API';
  const bill =
    budget.where === 'nowhere'
      ? 'there is no AWS budget'
      : `the AWS budget is made in ${budget.where === 'here' ? region : budget.region}, last and alone: where the payer of a linked account has not enabled budgets, that one stack fails and everything else is there`;
  return ok(`In ${region} orders go through ${door}, and ${bill}.`);
}

function logging(found: LoggingConfig | undefined, { region, declared, ownLogGroup }: AccountFacts) {
  const { logGroup, roleArn, bucket } = declared;
  if (logGroup === undefined && found?.cloudWatchConfig?.logGroupName === ownLogGroup) {
    return attention(
      'Bedrock writes to the log group of this stage already.',
      'It is deployed: look with `doctor`, without --before.',
    );
  }
  const decision = applyLogging(found, {
    region,
    logGroup: { name: logGroup ?? ownLogGroup, roleArn: roleArn ?? '', declared: logGroup !== undefined },
    bucket: { name: bucket ?? 'the log bucket of the deployment', declared: bucket !== undefined },
    copyBodies: false,
  });
  if (decision.outcome === 'conflict')
    return broken('The deployment would stop at invocation logging.', decision.sentence);
  if (!hasDestination(found))
    return ok('Invocation logging is off: the deployment switches it on, without prompts and answers.');
  return ok(
    'Bedrock logs to where this stage reads: the deployment fills what is empty and changes nothing else.',
  );
}

function slots(found: readonly string[] | undefined, { others: { logGroup }, logClass }: AccountFacts) {
  if (found === undefined)
    return broken(
      `There is no log group ${logGroup}.`,
      'Create it, or correct logging.logGroup of the stage.',
    );
  if (logClass.seen && logClass.value === 'INFREQUENT_ACCESS') {
    return broken(
      `${logGroup} is of the class Infrequent Access, which takes no subscription filter.`,
      'Have Bedrock write to a log group of the class Standard: a class cannot be changed.',
    );
  }
  if (found.length < subscriptionLimit) return ok(`${logGroup} has a free subscription filter.`);
  return broken(
    `${logGroup} has ${found.length} subscription filters and none is free.`,
    'Remove one, or feed both readers from one.',
  );
}

function bucketFits(found: boolean | undefined, { region, others: { bucket } }: AccountFacts) {
  if (found === undefined) {
    return broken(
      `There is no bucket ${bucket} in ${region} of this account.`,
      'Correct logging.bucket of the stage.',
    );
  }
  if (found) return ok(`${bucket} tells EventBridge of its objects.`);
  return broken(
    `${bucket} does not tell EventBridge of its objects.`,
    'Switch on "Amazon EventBridge" in the properties of the bucket.',
  );
}

/** Names are given by the stage, so what an earlier deployment left would stop this one. */
function leftovers(names: readonly string[], { stacks }: AccountFacts) {
  const deployed = stacks.seen && stacks.value.length > 0;
  if (names.length === 0) return ok('Nothing bears a name that the deployment gives.');
  if (deployed)
    return ok(`The stage is deployed: ${names.length} of its tables, log groups and policies are there.`);
  return broken(
    `An earlier deployment has left ${names.join(', ')}.`,
    'Take it up again, or delete it: "Take up what was left" in docs/deployment.md has both.',
  );
}

/** It outlives a removal, and its locked objects outlive whoever wants them gone. */
function archive(bucket: string | undefined, { stacks }: AccountFacts) {
  if (bucket === undefined) return ok('No bucket bears the name of the audit archive.');
  if (stacks.seen && stacks.value.length > 0) return ok(`The audit archive ${bucket} is there.`);
  return broken(
    `The audit archive ${bucket} of an earlier deployment is there, and its objects may be locked for a year and more.`,
    'Take it up again ("Take up what was left" in docs/deployment.md), or give the stage another name.',
  );
}

function trail(trails: readonly Trail[]) {
  const fit = trails.find(({ logging, managementEvents }) => logging && managementEvents);
  if (fit) return ok(`The trail ${fit.name} records management events.`);
  const todo =
    'Create a trail with management events: without it nobody is told when someone changes invocation logging.';
  if (trails.length === 0) return attention('There is no CloudTrail trail.', todo);
  const unsure = trails.filter(({ logging }) => logging === undefined);
  if (unsure.length > 0) {
    return attention(
      `The trail ${unsure.map(({ name }) => name).join(', ')} cannot be looked into (an organisation's, mostly).`,
      'Ask its owner whether it records management events of this account.',
    );
  }
  return attention('No CloudTrail trail records management events.', todo);
}

const unseen =
  'Not seen: permission boundaries, organisation policies, conditions, and principals of other accounts; API keys count as their users.';

function callers(holders: readonly PolicyHolder[]) {
  const able = holders.filter(mayCallBedrock);
  const users = able.filter(({ type }) => type === 'user').length;
  return ok(`${users} users and ${able.length - users} roles may call Bedrock by their policies. ${unseen}`);
}

function unstoppable(holders: readonly PolicyHolder[], facts: AccountFacts) {
  const quotas = facts.quotas.seen ? facts.quotas.value : {};
  const reasons = holders.filter(mayCallBedrock).flatMap((holder) => {
    const why = reasonOf(holder, facts.breakGlass, quotas);
    return why === undefined ? [] : [`${holder.type}/${holder.name}: ${why}`];
  });
  if (reasons.length === 0) return ok('Everyone who may call Bedrock by IAM could be stopped.');
  return attention(
    `${reasons.length} could not be stopped. ${reasons.slice(0, 20).join(' ')}`,
    'Their spend is metered and alerts go out; to be able to stop them, act as each reason says.',
  );
}

function reasonOf(
  { type, name, path, attached }: PolicyHolder,
  breakGlass: readonly string[],
  quotas: Readonly<Record<string, number>>,
): string | undefined {
  if (breakGlass.includes(`${type}/${name}`)) return 'It is named as break-glass, which is never touched.';
  const target = iamTarget(`${type}/${name}`);
  if ('unenforceable' in target) return target.unenforceable;
  const guarded = protectedPath(path);
  if (guarded !== undefined) return guarded;
  const quota =
    quotas[type === 'user' ? 'AttachedPoliciesPerUserQuota' : 'AttachedPoliciesPerRoleQuota'] ?? 10;
  return attached >= quota
    ? `All its ${quota} policy slots are taken: detach one, or raise the quota.`
    : undefined;
}

function quotas(found: Readonly<Record<string, number>>) {
  const tight = Object.entries(adds).filter(([name, count]) => {
    const quota = found[`${name}Quota`];
    return quota !== undefined && (found[name] ?? 0) + count > quota;
  });
  const said = (entries: readonly (readonly [string, number])[]) =>
    entries
      .map(([name]) => `${found[name] ?? 0} of ${found[`${name}Quota`]} ${name.toLowerCase()}`)
      .join(', ');
  const todo = 'Delete what is unused, or have the quota raised (Service Quotas).';
  if (tight.length > 0) return broken(`IAM is full: ${said(tight)}.`, todo);
  const near = Object.entries(adds).filter(([name, count]) => {
    const quota = found[`${name}Quota`];
    return quota !== undefined && (found[name] ?? 0) + count > quota * nearLimit;
  });
  if (near.length > 0)
    return attention(`IAM has room for a deployment, and little more: ${said(near)}.`, todo);
  return ok('IAM has room for the roles and policies of a deployment.');
}

function concurrency(unreserved: number, { enforcerConcurrency: reserved }: AccountFacts) {
  if (reserved === 'unreserved')
    return ok(
      `The enforcer reserves nothing of the ${unreserved} concurrent executions that are unreserved.`,
    );
  if (unreserved - reserved >= leastUnreserved)
    return ok(`${unreserved} concurrent executions are unreserved.`);
  return broken(
    `Only ${unreserved} concurrent executions are unreserved, and the enforcer reserves ${reserved} above Lambda's least of ${leastUnreserved}.`,
    'Have "Concurrent executions" of Lambda raised to 1000 (Service Quotas; new accounts start with 10), or set ' +
      "enforcerConcurrency: 'unreserved' in the stage.",
  );
}
