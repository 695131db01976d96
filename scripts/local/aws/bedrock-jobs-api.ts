import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { BatchJob, LocalBatchJobs } from './bedrock-jobs.ts';
import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** @returns undefined for what is no request about batch jobs */
export function jobsCall({
  method,
  path,
}: Pick<AwsRequest, 'method' | 'path'>): Pick<AwsRequest, 'operation' | 'body'> | undefined {
  const { pathname, searchParams } = new URL(path, 'http://local');
  if (method === 'GET' && pathname === '/model-invocation-jobs') {
    return { operation: 'ListModelInvocationJobs', body: Object.fromEntries(searchParams) };
  }
  const [, identifier, stop] = /^\/model-invocation-job\/([^/]+)(\/stop)?$/.exec(pathname) ?? [];
  if (identifier === undefined) return undefined;
  const body = { jobIdentifier: decodeURIComponent(identifier) };
  if (stop) return method === 'POST' ? { operation: 'StopModelInvocationJob', body } : undefined;
  return method === 'GET' ? { operation: 'GetModelInvocationJob', body } : undefined;
}

/** @returns undefined for an operation that is not known. */
export function jobsPermissions({ operation, body, ...place }: Ask): RequiredPermission[] | undefined {
  switch (operation) {
    case 'ListModelInvocationJobs':
      return [permission('bedrock:ListModelInvocationJobs', '*')];
    case 'GetModelInvocationJob':
    case 'StopModelInvocationJob': {
      const given = textOf(body, 'jobIdentifier', operation);
      const arn = `arn:aws:bedrock:${place.region}:${place.account}:model-invocation-job/${given}`;
      return [permission(`bedrock:${operation}`, given.startsWith('arn:') ? given : arn)];
    }
    default:
      return undefined;
  }
}

/** Answers about batch jobs as Bedrock does. */
export function handleJobsRequest(
  jobs: LocalBatchJobs,
  { operation, body, protocol }: AwsRequest,
): AwsResponse {
  if (operation === 'ListModelInvocationJobs') return listJobs(jobs, body);
  const job = jobs.find(String(body['jobIdentifier']));
  if (!job) {
    const message = 'The provided job identifier is not valid.';
    return errorAnswer(protocol, { code: 'ResourceNotFoundException', message, status: 404 });
  }
  if (operation === 'GetModelInvocationJob') return jsonAnswer(describe(job));
  if (jobs.stop(job)) return jsonAnswer({});
  const message = `The job ${job.id} is ${job.status} and cannot be stopped.`;
  return errorAnswer(protocol, { code: 'ConflictException', message, status: 400 });
}

function listJobs(jobs: LocalBatchJobs, body: Readonly<Record<string, unknown>>): AwsResponse {
  const time = (name: string, otherwise: number) =>
    body[name] === undefined ? otherwise : Date.parse(String(body[name]));
  const found = jobs
    .all()
    .filter(({ status }) => body['statusEquals'] === undefined || status === body['statusEquals'])
    .filter(({ name }) => name.includes(String(body['nameContains'] ?? '')))
    .filter(({ submittedAt }) => submittedAt.getTime() > time('submitTimeAfter', Number.NEGATIVE_INFINITY))
    .filter(({ submittedAt }) => submittedAt.getTime() < time('submitTimeBefore', Number.POSITIVE_INFINITY));
  if (body['sortOrder'] !== 'Ascending') found.reverse();
  const start = Number(body['nextToken'] ?? 0);
  const end = start + Number(body['maxResults'] ?? 100);
  return jsonAnswer({
    invocationJobSummaries: found.slice(start, end).map(describe),
    ...(end < found.length && { nextToken: String(end) }),
  });
}

const describe = (job: BatchJob) => ({
  jobArn: job.arn,
  jobName: job.name,
  modelId: job.modelId,
  roleArn: job.roleArn,
  status: job.status,
  submitTime: job.submittedAt.toISOString(),
  lastModifiedTime: job.changedAt.toISOString(),
  ...(job.status === 'Stopped' && { endTime: job.changedAt.toISOString() }),
  inputDataConfig: { s3InputDataConfig: { s3Uri: `s3://batch/${job.id}/in/` } },
  outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://batch/${job.id}/out/` } },
});
