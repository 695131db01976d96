import { type Ask, type Body, permission, type RequiredPermission, textOf } from './permission.ts';

/** Batches need the permission of the single operation. */
const sqsActions = new Map(
  Object.entries({
    SendMessage: 'SendMessage',
    SendMessageBatch: 'SendMessage',
    ReceiveMessage: 'ReceiveMessage',
    DeleteMessage: 'DeleteMessage',
    DeleteMessageBatch: 'DeleteMessage',
    ChangeMessageVisibility: 'ChangeMessageVisibility',
    ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
    GetQueueAttributes: 'GetQueueAttributes',
    SetQueueAttributes: 'SetQueueAttributes',
    PurgeQueue: 'PurgeQueue',
    ListDeadLetterSourceQueues: 'ListDeadLetterSourceQueues',
  }),
);

/** @returns undefined for an operation that is not known. */
export function sqsPermissions({ operation, body, region, account }: Ask): RequiredPermission[] | undefined {
  const queue = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
  const action = sqsActions.get(operation);
  if (action) {
    const name = textOf(body, 'QueueUrl', operation).split('/').at(-1) ?? '';
    return [permission(`sqs:${action}`, queue(name))];
  }
  switch (operation) {
    case 'GetQueueUrl':
    case 'CreateQueue':
      return [permission(`sqs:${operation}`, queue(textOf(body, 'QueueName', operation)))];
    case 'ListQueues':
      return [permission('sqs:ListQueues', queue('*'))];
    case 'StartMessageMoveTask': {
      // A redrive reads the dead-letter queue and sends in the caller's name.
      const source = textOf(body, 'SourceArn', operation);
      const own = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
      const needed = own.map((each) => permission(`sqs:${each}`, source));
      const destination = body['DestinationArn'];
      return destination === undefined
        ? needed
        : [...needed, permission('sqs:SendMessage', String(destination))];
    }
    case 'ListMessageMoveTasks':
      return [permission(`sqs:${operation}`, textOf(body, 'SourceArn', operation))];
    default:
      return undefined;
  }
}

const onTopic = new Set([
  'PublishBatch',
  'Subscribe',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ConfirmSubscription',
]);

/** @returns undefined for an operation that is not known. */
export function snsPermissions({ operation, body }: Ask): RequiredPermission[] | undefined {
  if (operation === 'Publish') {
    // A message to a phone number has no resource.
    const topic = body['TopicArn'] ?? body['TargetArn'] ?? (body['PhoneNumber'] === undefined ? '' : '*');
    return [permission('sns:Publish', textOf({ TopicArn: topic }, 'TopicArn', operation))];
  }
  if (operation === 'ListTopics') return [permission('sns:ListTopics', '*')];
  if (!onTopic.has(operation)) return undefined;
  const topic = textOf(body, 'TopicArn', operation);
  return [permission(operation === 'PublishBatch' ? 'sns:Publish' : `sns:${operation}`, topic)];
}

/** @returns undefined for an operation that is not known. */
export function eventsPermissions({
  operation,
  body,
  region,
  account,
}: Ask): RequiredPermission[] | undefined {
  if (operation === 'ListRules') return [permission('events:ListRules', '*')];
  if (operation !== 'PutEvents') return undefined;
  const entries = (body['Entries'] ?? []) as Body[];
  return entries.map((entry) => {
    const bus = String(entry['EventBusName'] ?? 'default');
    const arn = bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`;
    return permission('events:PutEvents', arn, {
      'events:source': textOf(entry, 'Source', operation),
      'events:detail-type': textOf(entry, 'DetailType', operation),
    });
  });
}
