import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsLogDestinations } from '../../../lambda/adapters/bedrock/log-destinations.ts';
import { BedrockLogging } from '../../../lambda/adapters/bedrock/logging.ts';
import { accessOf, enforcedLevelFor } from '../../../lambda/domain/control/access.ts';
import { iamTarget } from '../../../lambda/domain/control/iam-target.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { accountSubject } from '../../../lambda/domain/subject.ts';
import { ruleName, rulesOf } from '../../../lib/shared/rules.ts';
import { whoCalls } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readBudgetItems } from '../deployment/read-budget-items.ts';
import { subscriptionsOf } from '../deployment/topic-subscriptions.ts';
import { otherModes } from '../status/other-modes.ts';
import { policyHolders, readAuthorizationDetails } from './authorization-details.ts';
import type { DeployedFacts } from './deployed-facts.ts';
import { findDenyCarriers, findPolicies } from './find-policies.ts';
import { findAlarms, findLag, findParts, findQueues, findRules, findStacks } from './find-stack-parts.ts';
import { inspect, type Seen, seen } from './finding.ts';
import { tamperers } from './tamperers.ts';

/** Reads everything that the checks after a deployment judge. What may not be seen is a fact too: nothing throws. */
export async function gatherDeployed(deployment: Deployment): Promise<DeployedFacts> {
  const { aws, stage, settings, logGroup, clock, topics } = deployment;
  const destinations = new AwsLogDestinations(
    new CloudWatchLogsClient({ ...aws, maxAttempts: 3 }),
    new S3Client({ ...aws, maxAttempts: 3 }),
  );
  const logging = await inspect(() =>
    new BedrockLogging(new BedrockClient({ ...aws, maxAttempts: 3 })).read(),
  );
  const bucket =
    deployment.declaredLogging.bucket ?? (logging.seen ? logging.value?.s3Config?.bucketName : undefined);
  const caller = await inspect(() => whoCalls(deployment));
  const subjects = await inspect(() => readBudgetItems(deployment, []));
  const states = map(subjects, (known) => [...known.values()]);
  const held = map(states, (all) =>
    all.filter(
      ({ state }) =>
        state !== undefined &&
        enforcedLevelFor(state.holds) !== 'none' &&
        accessOf(state) !== 'unenforceable',
    ),
  );
  const topicArn = (name: string, who: { account: string; partition: string }) =>
    `arn:${who.partition}:sns:${aws.region}:${who.account}:${name}`;
  return {
    now: clock(),
    stage,
    mode: settings.mode,
    otherModes: otherModes(settings),
    paused: map(subjects, (known) => {
      const pause = known.get(accountSubject)?.state?.paused;
      return pause && `by ${pause.by} since ${pause.since}. ${pause.reason}`;
    }),
    stacks: await inspect(() => findStacks(deployment)),
    parts: await inspect(() => findParts(deployment)),
    logging,
    logGroup,
    subscribers: await inspect(async () =>
      (await destinations.subscriptions(logGroup))?.map(({ destinationArn }) => destinationArn),
    ),
    announces:
      bucket === undefined ? seen(undefined) : await inspect(() => destinations.announcesObjects(bucket)),
    topics: await known(caller, (who) =>
      Promise.all(
        Object.values(topics).map(async (name) => ({
          name,
          ...(await subscriptionsOf(topicArn(name, who), deployment)),
        })),
      ),
    ),
    rules: await inspect(() => findRules(deployment)),
    wantedRules: rulesOf({ settings, auditArchive: deployment.auditArchive ? 'kept' : 'none' }).map((id) =>
      ruleName(stage, id),
    ),
    queues: await inspect(() => findQueues(deployment)),
    lag: await inspect(() => findLag(deployment)),
    alarms: await inspect(() => findAlarms(deployment)),
    policies: await known(caller, (who) => findPolicies(who, deployment)),
    denies: await known(held, async (all) => ({
      carried: await findDenyCarriers(await whoCalls(deployment), deployment),
      wanted: all.map(({ subject }) => subject).filter((subject) => !('unenforceable' in iamTarget(subject))),
    })),
    troubled: map(states, (all) =>
      all.flatMap(({ subject, state }) => {
        if (state === undefined) return [];
        const access = accessOf(state);
        if (access !== 'enforcement-failed' && access !== 'unenforceable') return [];
        return [
          { subject, access, why: state.failure?.error ?? state.enforced.reason ?? 'no reason is known.' },
        ];
      }),
    ),
    tamperers: await known(caller, async ({ account, partition }) => {
      const holders = policyHolders(
        await readAuthorizationDetails(new IAMClient({ ...aws, maxAttempts: 8 })),
      );
      const { bootstrapQualifier } = deployment;
      return tamperers(holders, {
        ...{ stage, account, partition, region: aws.region, logGroup, bootstrapQualifier },
        breakGlass: settings.breakGlass,
      });
    }),
    pricesOf: priceBook.version,
  };
}

const map = <A, B>(fact: Seen<A>, change: (value: A) => B): Seen<B> =>
  fact.seen ? seen(change(fact.value)) : fact;
/** Asks further where what it rests on was seen. */
const known = async <A, B>(fact: Seen<A>, ask: (value: A) => Promise<B>): Promise<Seen<B>> =>
  fact.seen ? inspect(() => ask(fact.value)) : fact;
