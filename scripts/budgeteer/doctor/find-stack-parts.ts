import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { batchMetrics, metricDimensions, metricNamespace } from '../../../lambda/contracts/metrics.ts';
import { physicalName, usageBusName } from '../../../lib/shared/naming.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { rings } from './rings.ts';

const components = ['security', 'data-storage', 'monitoring', 'event-ingestion', 'workflow-orchestration'];

/** Status of each of the five stacks. */
export async function findStacks({ aws, stage }: Deployment): Promise<Record<string, string | undefined>> {
  const client = new CloudFormationClient({ ...aws, maxAttempts: 3 });
  const found: Record<string, string | undefined> = {};
  for (const component of components) {
    const StackName = physicalName(stage, component);
    try {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
      found[StackName] = Stacks[0]?.StackStatus;
    } catch (error) {
      if (!(error as Error).message.includes('does not exist')) throw error;
      found[StackName] = undefined;
    }
  }
  return found;
}

/** Whether the tables and queues answer. */
export async function findParts({
  aws,
  client,
  tables,
  queues,
}: Deployment): Promise<Record<string, boolean>> {
  const sqs = sqsClient(aws);
  const asks = [
    ...Object.values(tables).map(
      (TableName) => [TableName, () => client.send(new DescribeTableCommand({ TableName }))] as const,
    ),
    ...Object.values(queues)
      .flatMap(({ name, deadLetters }) => [name, deadLetters])
      .map((QueueName) => [QueueName, () => sqs.send(new GetQueueUrlCommand({ QueueName }))] as const),
  ];
  const found = await Promise.all(asks.map(async ([name, ask]) => [name, await exists(ask)] as const));
  return Object.fromEntries(found);
}

async function exists(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (/ResourceNotFound|QueueDoesNotExist|NonExistentQueue/.test((error as Error).name)) return false;
    throw error;
  }
}

const sqsClient = (aws: Deployment['aws']) =>
  new SQSClient({ ...aws, maxAttempts: 3, useQueueUrlAsEndpoint: false });

interface FoundRule {
  readonly name: string;
  readonly schedule: string;
  readonly enabled: boolean;
  readonly bucket: string | undefined;
}

/** The stage's rules, on the default bus and on that of usage events. */
export async function findRules({ aws, stage }: Deployment): Promise<FoundRule[]> {
  const client = new EventBridgeClient({ ...aws, maxAttempts: 3 });
  const rules: FoundRule[] = [];
  for (const EventBusName of ['default', usageBusName(stage)]) {
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListRulesCommand({
          EventBusName,
          NamePrefix: physicalName(stage, ''),
          ...(NextToken && { NextToken }),
        }),
      );
      for (const { Name = '', ScheduleExpression: schedule = '', State, EventPattern } of page.Rules ?? []) {
        const bucket = bucketIn(EventPattern);
        rules.push({ name: Name, schedule, enabled: State !== 'DISABLED', bucket });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return rules;
}

/** The bucket whose objects a rule waits for. */
function bucketIn(pattern: string | undefined): string | undefined {
  const { detail } = JSON.parse(pattern ?? '{}') as { detail?: { bucket?: { name?: readonly string[] } } };
  return detail?.bucket?.name?.[0];
}

export async function findQueues({
  aws,
  queues,
}: Deployment): Promise<{ waiting: number; deadLetters: number }> {
  const client = sqsClient(aws);
  const depth = async (QueueName: string) => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  };
  const found = { waiting: 0, deadLetters: 0 };
  for (const { name, deadLetters } of Object.values(queues)) {
    found.waiting += await depth(name);
    found.deadLetters += await depth(deadLetters);
  }
  return found;
}

const quarterMs = 15 * 60_000;

/** Seconds: of the slowest record, of each queue's oldest message, of each stream consumer's oldest record. */
export async function findLag({
  aws,
  stage,
  queues,
  clock,
}: Deployment): Promise<Record<string, number | undefined>> {
  const client = new CloudWatchClient({ ...aws, maxAttempts: 3 });
  const functionName = (name: string) => ({ FunctionName: physicalName(stage, name) });
  const metrics = [
    ['ingest', metricNamespace, batchMetrics.lagSeconds, metricDimensions(stage, 'ingest'), 1],
    ...Object.entries(queues).map(
      ([id, { name }]) =>
        [`${id}Queue`, 'AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: name }, 1] as const,
    ),
    ...['evaluate', 'notify', 'audit'].map(
      (name) => [name, 'AWS/Lambda', 'IteratorAge', functionName(name), 1000] as const,
    ),
  ] as const;
  const end = clock();
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(end.getTime() - quarterMs),
      EndTime: end,
      MetricDataQueries: metrics.map(([Id, Namespace, MetricName, dimensions]) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace,
            MetricName,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 300,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  return Object.fromEntries(
    metrics.map(([name, , , , unit]) => {
      const values = MetricDataResults.find(({ Id }) => Id === name)?.Values ?? [];
      return [name, values.length === 0 ? undefined : Math.max(...values) / unit];
    }),
  );
}

/** Names of the stage's alarms that ring, without its prefix. */
export async function findAlarms({ aws, stage }: Deployment): Promise<string[]> {
  const client = new CloudWatchClient({ ...aws, maxAttempts: 3 });
  const prefix = physicalName(stage, '');
  const ringing: string[] = [];
  for await (const page of paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix })) {
    const found = (page.MetricAlarms ?? []).filter(rings);
    ringing.push(...found.map(({ AlarmName = '' }) => AlarmName.slice(prefix.length)));
  }
  return ringing;
}
