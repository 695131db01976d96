import type { LocalAssembly } from './assembly/local-assembly.ts';
import type { Authorizer } from './aws/authorizer.ts';

/** What Lambda's pollers do in the function's name. */
const pollerActions: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
};

/** ARNs of the functions that a definition's states call, however deep. */
function functionsIn(definition: unknown, known: ReadonlySet<string>): string[] {
  if (typeof definition === 'string') {
    const arn = definition.split(':').slice(0, 7).join(':');
    return known.has(arn) ? [definition] : [];
  }
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.values(definition).flatMap((value) => functionsIn(value, known));
}

/** Records as refusals what AWS would refuse only later: pollers, state machines and triggers without permission. */
export function checkWiring(assembly: LocalAssembly, authorizer: Authorizer): void {
  for (const mapping of assembly.mappings) {
    const target = assembly.functions.find(({ arn }) => arn === mapping.functionArn);
    if (!target)
      throw new Error(`The event source mapping ${mapping.id} names no function of the templates.`);
    const service = mapping.sourceArn.split(':')[2] ?? '';
    const who = `event source mapping of ${target.name}`;
    for (const action of pollerActions[service] ?? []) {
      authorizer.roleRefusal(who, target.roleArn, action, mapping.sourceArn);
    }
    if (mapping.onFailureArn?.includes(':sqs:')) {
      authorizer.roleRefusal(who, target.roleArn, 'sqs:SendMessage', mapping.onFailureArn);
    }
  }
  const trusted: readonly Trust[] = [
    ...assembly.functions.map(({ name, arn, roleArn }) => ({ who: name, arn, roleArn, service: 'lambda' })),
    ...assembly.stateMachines.map(({ name, arn, roleArn }) => ({
      who: name,
      arn,
      roleArn,
      service: 'states',
    })),
    ...assembly.rules.flatMap(({ name, arn, kind, targets }) =>
      targets
        .map(({ roleArn }) => roleArn)
        .filter((roleArn) => roleArn !== undefined)
        .map((roleArn) => ({
          who: name,
          arn,
          roleArn,
          service: kind === 'scheduler' ? 'scheduler' : 'events',
        })),
    ),
  ];
  for (const { who, arn, roleArn, service } of trusted) authorizer.trustRefusal(who, roleArn, service, arn);
  for (const { protocol, endpoint } of assembly.subscriptions) {
    // Mail leaves no trace that anything here depends on.
    if (protocol.startsWith('email')) continue;
    throw new Error(`The local stack does not imitate the ${protocol} subscription of ${endpoint}.`);
  }
  const known = new Set(assembly.functions.map(({ arn }) => arn));
  for (const { name, roleArn, definition } of assembly.stateMachines) {
    for (const arn of new Set(functionsIn(definition, known))) {
      authorizer.roleRefusal(`state machine ${name}`, roleArn, 'lambda:InvokeFunction', arn);
    }
  }
}

/** A role that a service assumes for one of our resources. */
interface Trust {
  readonly who: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly service: string;
}
