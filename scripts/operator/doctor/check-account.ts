import { iamTarget, protectedPath } from '../../../lambda/domain/control/iam-target.ts';
import { applyLogging } from '../../../lambda/domain/logging/apply-logging.ts';
import { hasDestination, type LoggingConfig } from '../../../lambda/domain/logging/logging-config.ts';
import { mayCallBedrock, type PolicyHolder } from './bedrock-callers.ts';
import { attention, broken, checkOf, type Finding, ok, type Seen } from './finding.ts';

/** Everything that the checks before a deployment judge, as it was found. */
export interface AccountFacts {
  readonly region: string;
  readonly logging: Seen<LoggingConfig | undefined>;
  /** What the stage names of others' logging. */
  readonly declared: {
    readonly logGroup?: string | undefined;
    readonly roleArn?: string | undefined;
    readonly bucket?: string | undefined;
  };
  /** What the stage would make itself. */
  readonly ownLogGroup: string;
  /** Subscription filters of the declared log group; undefined where there is none. */
  readonly subscribers: Seen<readonly string[] | undefined>;
  readonly holders: Seen<readonly PolicyHolder[]>;
  readonly breakGlass: readonly string[];
  /** IAM's account summary, by AWS's names. */
  readonly quotas: Seen<Readonly<Record<string, number>>>;
  /** Concurrent executions that no function has reserved. */
  readonly concurrency: Seen<number>;
}

/** CloudWatch Logs allows so many on a log group. */
const subscriptionLimit = 2;
/** The enforcer reserves two, and Lambda keeps at least so many for everyone else. */
const reserved = 2;
const leastUnreserved = 100;
/** What a deployment adds to the account. */
const adds = { Policies: 2, Roles: 15 } as const;

/** Judges an account before the first deployment. Pure: the same facts, the same findings. */
export function checkAccount(facts: AccountFacts): Finding[] {
  return [
    ...checkOf('logging', facts.logging, (found) => logging(found, facts)),
    ...(facts.declared.logGroup === undefined
      ? []
      : checkOf('log group', facts.subscribers, (found) => slots(found, facts))),
    ...checkOf('callers', facts.holders, callers),
    ...checkOf('unstoppable', facts.holders, (holders) => unstoppable(holders, facts)),
    ...checkOf('quotas', facts.quotas, quotas),
    ...checkOf('concurrency', facts.concurrency, concurrency),
  ];
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

function slots(found: readonly string[] | undefined, { declared: { logGroup } }: AccountFacts) {
  if (found === undefined)
    return broken(
      `There is no log group ${logGroup}.`,
      'Create it, or correct logging.logGroup of the stage.',
    );
  if (found.length < subscriptionLimit) return ok(`${logGroup} has a free subscription filter.`);
  return broken(
    `${logGroup} has ${found.length} subscription filters and none is free.`,
    'Remove one, or feed both readers from one.',
  );
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
  if (tight.length === 0) return ok('IAM has room for the roles and policies of a deployment.');
  const said = tight
    .map(([name]) => `${found[name]} of ${found[`${name}Quota`]} ${name.toLowerCase()}`)
    .join(', ');
  return broken(`IAM is full: ${said}.`, 'Delete what is unused, or have the quota raised.');
}

function concurrency(unreserved: number) {
  if (unreserved - reserved >= leastUnreserved)
    return ok(`${unreserved} concurrent executions are unreserved.`);
  return broken(
    `Only ${unreserved} concurrent executions are unreserved, and the enforcer reserves ${reserved} above Lambda's least of ${leastUnreserved}.`,
    'Have "Concurrent executions" of Lambda raised to 1000 (Service Quotas); new accounts start with 10.',
  );
}
