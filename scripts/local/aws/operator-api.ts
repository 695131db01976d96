import type { LocalAssembly } from '../assembly/local-assembly.ts';
import { type Answer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './parse-request.ts';

/** Who the operator at the laptop is, as STS would say. */
export function callerIdentity(account: string): Answer {
  const arn = `arn:aws:iam::${account}:user/operator`;
  const result = `<Arn>${arn}</Arn><UserId>AIDALOCALOPERATOR</UserId><Account>${account}</Account>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body:
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
      `<GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
      '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  };
}

/** EventBridge's ListRules, in one page. */
export function listRules({ rules }: Pick<LocalAssembly, 'rules'>, { body }: AwsRequest): Answer {
  const prefix = String(body['NamePrefix'] ?? '');
  const bus = String(body['EventBusName'] ?? 'default');
  const Rules = rules
    .filter(({ kind, busName, name }) => kind === 'rule' && busName === bus && name.startsWith(prefix))
    .map(
      ({ arn: Arn, name: Name, busName: EventBusName, schedule: ScheduleExpression, pattern, enabled }) => ({
        ...{ Arn, Name, EventBusName, ScheduleExpression },
        ...(pattern && { EventPattern: JSON.stringify(pattern) }),
        State: enabled ? 'ENABLED' : 'DISABLED',
      }),
    );
  return jsonAnswer({ Rules });
}
