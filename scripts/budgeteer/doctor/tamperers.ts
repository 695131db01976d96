import { ownPath } from '../../../lib/shared/naming.ts';
import { allows, carriesStatement, type PolicyHolder } from './bedrock-callers.ts';

/** Ways to put a stage out of action, or to lie to it: what is done, by which action, on what of ours. */
const ways: readonly (readonly [what: string, action: string, resource: string])[] = [
  ['change stacks', 'cloudformation:UpdateStack', 'cloudformation:R:A:stack/bedrock-budgeteer-S-security/1'],
  ['change functions', 'lambda:UpdateFunctionCode', 'lambda:R:A:function:bedrock-budgeteer-S-ingest'],
  ['invoke functions', 'lambda:InvokeFunction', 'lambda:R:A:function:bedrock-budgeteer-S-enforcer'],
  ['write tables', 'dynamodb:PutItem', 'dynamodb:R:A:table/bedrock-budgeteer-S-user-budgets'],
  ['start workflows', 'states:StartExecution', 'states:R:A:stateMachine:bedrock-budgeteer-S-override'],
  ['fill queues', 'sqs:SendMessage', 'sqs:R:A:bedrock-budgeteer-S-ingest'],
  ['switch rules off', 'events:DisableRule', 'events:R:A:rule/bedrock-budgeteer-S-sweep'],
  ['lift denies', 'iam:DetachUserPolicy', 'iam::A:user/any'],
  ['switch logging off', 'bedrock:PutModelInvocationLoggingConfiguration', '*'],
];

export interface Tamperer {
  /** `user/NAME` or `role/NAME` */
  readonly subject: string;
  /** What it could do. */
  readonly could: readonly string[];
}

export interface StagePlace {
  readonly stage: string;
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** The log group that Bedrock writes to. */
  readonly logGroup: string;
  readonly bootstrapQualifier: string;
  readonly breakGlass: readonly string[];
}

/**
 * Who could tamper with a stage by the policies that speak for them: without our own roles, who deploys us by its bootstrap
 * roles, break-glass principals, and whoever carries our tamper deny. Conditions and other denies are left aside.
 */
export function tamperers(holders: readonly PolicyHolder[], place: StagePlace): Tamperer[] {
  const { stage, account, partition, region, logGroup, bootstrapQualifier, breakGlass } = place;
  const arn = (resource: string) =>
    resource === '*'
      ? resource
      : `arn:${partition}:${resource.replace(':R:', `:${region}:`).replace(':A:', `:${account}:`).replace('-S-', `-${stage}-`)}`;
  const asked = [
    ...ways,
    ['forge log lines', 'logs:PutLogEvents', `logs:R:A:log-group:${logGroup}:log-stream:x`] as const,
  ];
  const trusted = ({ type, name, path }: PolicyHolder) =>
    path.startsWith(ownPath) ||
    path.startsWith('/aws-service-role/') ||
    path.startsWith('/break-glass/') ||
    breakGlass.includes(`${type}/${name}`) ||
    name.startsWith(`cdk-${bootstrapQualifier}-`);
  return holders
    .filter((holder) => !trusted(holder) && !carriesStatement(holder, 'NoTampering'))
    .map((holder) => ({
      subject: `${holder.type}/${holder.name}`,
      could: asked
        .filter(([, action, resource]) => allows(holder, action, arn(resource)))
        .map(([what]) => what),
    }))
    .filter(({ could }) => could.length > 0)
    .sort((a, b) => b.could.length - a.could.length || (a.subject < b.subject ? -1 : 1));
}
