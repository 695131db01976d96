import { at, textIn } from '../metering/json.ts';
import { identify } from '../principal.ts';

/** A batch inference job and who submitted it, which Bedrock's own lists do not tell. */
export interface SubmittedJob {
  readonly jobArn: string;
  /** Principal id of whoever pays. */
  readonly submitter: string;
}

/** Reads the `detail` of CloudTrail's CreateModelInvocationJob. Undefined where the call failed or names no job. */
export function readJobEvent(detail: unknown, sharedRoles: readonly string[]): SubmittedJob | undefined {
  const created =
    at(detail, 'eventSource') === 'bedrock.amazonaws.com' &&
    at(detail, 'eventName') === 'CreateModelInvocationJob' &&
    (at(detail, 'errorCode') ?? undefined) === undefined;
  const jobArn = textIn(at(detail, 'responseElements', 'jobArn'));
  if (!created || jobArn === undefined) return undefined;
  const arn = textIn(at(detail, 'userIdentity', 'arn'));
  const homeAccount = textIn(at(detail, 'recipientAccountId'));
  const { id } = identify(arn, { sharedRoles, ...(homeAccount !== undefined && { homeAccount }) });
  return { jobArn, submitter: id };
}
