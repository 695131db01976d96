import { functionArn } from './arns.ts';
import type { TargetSpec } from './local-assembly.ts';
import type { Properties } from './properties.ts';
import type { ResourceReading } from './reading.ts';

/** Defaults are Lambda's own: 100 records of a stream, 10 messages of a queue, retries until a record expires. */
export function readMapping({ properties, draft, identity, place }: ResourceReading): void {
  const sourceArn = properties.text('EventSourceArn');
  draft.mappings.push({
    id: identity.ref,
    functionArn: functionArn(properties.text('FunctionName'), place),
    sourceArn,
    batchSize: properties.number('BatchSize', sourceArn.includes(':sqs:') ? 10 : 100),
    filters: properties
      .child('FilterCriteria')
      .children('Filters')
      .map((filter) => JSON.parse(filter.text('Pattern')) as Readonly<Record<string, unknown>>),
    reportBatchItemFailures: properties
      .list<string>('FunctionResponseTypes')
      .includes('ReportBatchItemFailures'),
    bisectBatchOnError: properties.flag('BisectBatchOnFunctionError', false),
    maximumRetryAttempts: properties.number('MaximumRetryAttempts', -1),
    onFailureArn: properties.child('DestinationConfig').child('OnFailure').optionalText('Destination'),
    enabled: properties.flag('Enabled', true),
  });
}

const targetOf = (target: Properties, id: string): TargetSpec => ({
  arn: target.text('Arn'),
  id: target.optionalText('Id') ?? id,
  input: target.optionalText('Input'),
  inputPath: target.optionalText('InputPath'),
  inputTransformer: target.raw('InputTransformer'),
  roleArn: target.optionalText('RoleArn'),
  deadLetterArn: target.child('DeadLetterConfig').optionalText('Arn'),
});

/** A bus is named by its name or its ARN. */
const busName = (nameOrArn: string) => nameOrArn.split('/').at(-1) as string;

export function readRule({ properties, draft, identity }: ResourceReading): void {
  draft.rules.push({
    arn: identity.attributes['Arn'] ?? identity.ref,
    name: identity.ref,
    busName: busName(properties.optionalText('EventBusName') ?? 'default'),
    pattern: properties.raw('EventPattern'),
    schedule: properties.optionalText('ScheduleExpression'),
    timeZone: undefined,
    enabled: (properties.optionalText('State') ?? 'ENABLED') !== 'DISABLED',
    targets: properties.children('Targets').map((target) => targetOf(target, identity.ref)),
    kind: 'rule',
  });
}

export function readSchedule({ properties, draft, identity, place }: ResourceReading): void {
  const group = properties.optionalText('GroupName') ?? 'default';
  draft.rules.push({
    arn: `arn:aws:scheduler:${place.region}:${place.account}:schedule/${group}/${identity.ref}`,
    name: identity.ref,
    busName: 'default',
    pattern: undefined,
    schedule: properties.text('ScheduleExpression'),
    timeZone: properties.optionalText('ScheduleExpressionTimezone'),
    enabled: (properties.optionalText('State') ?? 'ENABLED') !== 'DISABLED',
    targets: [targetOf(properties.child('Target'), identity.ref)],
    kind: 'scheduler',
  });
}
