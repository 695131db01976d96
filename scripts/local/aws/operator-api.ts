import type { LocalAssembly } from '../assembly/local-assembly.ts';
import { type AwsResponse, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { LoggingRegion } from './logging-region.ts';

/** Who calls, as STS would say: most often the operator at the laptop. */
export function callerIdentity(account: string, arn: string): AwsResponse {
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

/** EventBridge's ListRules, in one page: the stage's own rules, and those of its neighbours in the Region. */
export function listRules(
  { rules, loggingRegion }: Pick<LocalAssembly, 'rules'> & { readonly loggingRegion: LoggingRegion },
  { body }: AwsRequest,
): AwsResponse {
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
  const own = new Set(rules.map(({ name }) => name));
  const others = [...loggingRegion.rules]
    .filter(([name]) => bus === 'default' && !own.has(name) && name.startsWith(prefix))
    .map(([Name, EventPattern]) => ({ Name, EventPattern, State: 'ENABLED' }));
  return jsonAnswer({ Rules: [...Rules, ...others] });
}
