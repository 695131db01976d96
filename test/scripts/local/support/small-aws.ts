import { EventEmitter } from 'node:events';
import { readAssembly } from '../../../../scripts/local/assembly/read-assembly.ts';
import type { TemplateResource } from '../../../../scripts/local/assembly/template.ts';
import { Authorizer } from '../../../../scripts/local/aws/authorizer.ts';
import { LocalBatchJobs } from '../../../../scripts/local/aws/bedrock-jobs.ts';
import type { actorCredentials } from '../../../../scripts/local/aws/caller.ts';
import { CloudTrail, type TrailEvent } from '../../../../scripts/local/aws/cloud-trail.ts';
import { FunctionUrls } from '../../../../scripts/local/aws/function-urls.ts';
import { Gateway, openPort } from '../../../../scripts/local/aws/gateway.ts';
import { IamStore } from '../../../../scripts/local/aws/iam-store.ts';
import { Services, type ServicesDeps } from '../../../../scripts/local/aws/services.ts';
import { noChaos } from '../../../../scripts/local/chaos.ts';
import type { FunctionResult } from '../../../../scripts/local/lambda-function.ts';
import { People } from '../../../../scripts/local/people.ts';

export const smallAwsPlace = { account: '111122223333', region: 'us-east-1' };
export const smallAwsStart = new Date('2026-11-22T12:00:00Z');

/** The gateway with IAM, Bedrock's jobs, CloudTrail and function URLs behind it, from a template of the test. */
export async function smallAws(resources: Readonly<Record<string, TemplateResource>> = {}) {
  const template = { Resources: resources };
  const assembly = readAssembly([{ name: 'S', template }], smallAwsPlace, () => '/asset');
  const time = { now: smallAwsStart };
  const now = () => time.now;
  const iam = new IamStore({ account: smallAwsPlace.account, now });
  for (const { arn, document } of assembly.managedPolicies) iam.putPolicy(arn, document);
  for (const { name, path } of assembly.roles) iam.create('role', { name, path });
  const authorizer = new Authorizer(assembly, now, {
    pathOf: (kind, name) => iam.find(kind, name)?.path ?? '/',
    tagsOf: (kind, name) => Object.fromEntries(iam.find(kind, name)?.tags ?? []),
    serviceOf: (id) => iam.credentials.find(id)?.service,
  });
  const jobs = new LocalBatchJobs(smallAwsPlace, now);
  const events: TrailEvent[] = [];
  const trail = new CloudTrail(iam, (event) => events.push(event));
  const asked: unknown[] = [];
  const answers: { next: FunctionResult } = { next: { ok: true, payload: { done: true }, output: '' } };
  const invoke = (_arn: string, event: unknown) => {
    asked.push(event);
    return Promise.resolve(answers.next);
  };
  const urls = new FunctionUrls({ assembly, authorizer, iam, now, invoke });
  const { functionUrls, tables } = assembly;
  const port = await openPort();
  const services = new Services({
    ...{ place: smallAwsPlace, iam, trail, jobs, functionUrls, tables },
    gatewayUrl: port.url,
    events: new EventEmitter(),
  } as unknown as ServicesDeps);
  const gateway = new Gateway(port, {
    account: smallAwsPlace.account,
    chaos: noChaos,
    now,
    callerOf: (key) => assembly.functions.find(({ name }) => name === key),
    authorizer,
    iam,
    serve: (request, caller) => services.serve(request, caller),
    callUrl: (request, caller, key) => urls.serve(request, caller, key),
    refused: (request, caller, message) => trail.record(request, caller, { code: 'AccessDenied', message }),
  });
  const people = new People({ assembly, iam, gatewayUrl: gateway.url });
  const clientAs = (credentials: ReturnType<typeof actorCredentials>) => ({
    ...{ endpoint: gateway.url, region: smallAwsPlace.region, credentials, maxAttempts: 1 },
  });
  return {
    ...{ assembly, iam, authorizer, jobs, events, asked, answers, gateway, people, time },
    /** Settings of an SDK client that signs as this user or role session. */
    as: (id: string) => clientAs(people.credentialsOf(id)),
    /** … as the function of this name. */
    asFunction: (name: string) => clientAs({ accessKeyId: name, secretAccessKey: 'local' }),
  };
}

export type SmallAws = Awaited<ReturnType<typeof smallAws>>;

/** A function with a role that may do this. */
export const functionResources = (
  name: string,
  statements: readonly object[],
): Record<string, TemplateResource> => ({
  [`${name}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `${name}-role`,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
      Policies: [{ PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  },
  [name]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      Code: { S3Key: 'x' },
    },
  },
});

export const allowing = (Action: string | readonly string[], Resource: string, Condition?: object) => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...(Condition && { Condition }),
});
