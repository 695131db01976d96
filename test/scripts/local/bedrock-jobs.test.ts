import {
  BedrockClient,
  ConflictException,
  ListModelInvocationJobsCommand,
  paginateListModelInvocationJobs,
  ResourceNotFoundException,
  StopModelInvocationJobCommand,
} from '@aws-sdk/client-bedrock';
import { allowing, functionResources, type SmallAws, smallAws, smallAwsPlace } from './support/small-aws.ts';

const roleArn = `arn:aws:iam::${smallAwsPlace.account}:role/Batch`;
const job = (name: string, rest: object = {}) => ({
  name,
  roleArn,
  modelId: 'amazon.nova-pro-v1:0',
  ...rest,
});
const jobArn = (id: string) =>
  `arn:aws:bedrock:us-east-1:${smallAwsPlace.account}:model-invocation-job/${id}`;

let aws: SmallAws;
let bedrock: BedrockClient;
beforeEach(async () => {
  const own = allowing(['bedrock:ListModelInvocationJobs', 'bedrock:StopModelInvocationJob'], '*');
  aws = await smallAws({ ...functionResources('enforcer', [own]), ...functionResources('notify', []) });
  aws.jobs.add(job('nightly'));
  aws.jobs.add(job('done', { status: 'Completed', submittedAt: new Date('2026-11-21T00:00:00Z') }));
  aws.jobs.add(job('weekly'));
  bedrock = new BedrockClient(aws.asFunction('enforcer'));
});
afterEach(() => aws.gateway.stop());

test('running jobs are found, page by page', async () => {
  const names: (string | undefined)[] = [];
  const config = { client: bedrock, pageSize: 1 };
  for await (const page of paginateListModelInvocationJobs(config, { statusEquals: 'InProgress' })) {
    names.push(...(page.invocationJobSummaries ?? []).map(({ jobName }) => jobName));
  }
  expect(names).toEqual(['weekly', 'nightly']);
  const submitTimeBefore = new Date('2026-11-22T00:00:00Z');
  const old = await bedrock.send(new ListModelInvocationJobsCommand({ submitTimeBefore }));
  expect(old.invocationJobSummaries).toMatchObject([{ jobName: 'done', roleArn, status: 'Completed' }]);
});

test('a stopped job stops in a while, once', async () => {
  const stop = () =>
    bedrock.send(new StopModelInvocationJobCommand({ jobIdentifier: jobArn('job000000001') }));
  await stop();
  expect(aws.jobs.find('job000000001')?.status).toBe('Stopping');
  await expect(stop()).rejects.toThrow(ConflictException);
  aws.jobs.tick();
  expect(aws.jobs.find('job000000001')?.status).toBe('Stopped');
  const unknown = new StopModelInvocationJobCommand({ jobIdentifier: jobArn('job999999999') });
  await expect(bedrock.send(unknown)).rejects.toThrow(ResourceNotFoundException);
});

test('whose role does not allow it stops nothing', async () => {
  const notify = new BedrockClient(aws.asFunction('notify'));
  await expect(notify.send(new ListModelInvocationJobsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
