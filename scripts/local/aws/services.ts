import { functionArn } from '../assembly/arns.ts';
import type { LocalAssembly } from '../assembly/local-assembly.ts';
import type { DeploymentPlace } from '../assembly/template.ts';
import { fauxqsAccount, inFauxqs } from '../fauxqs-names.ts';
import type { FunctionResult } from '../lambda-function.ts';
import type { StackEvents } from '../stack-events.ts';
import { accountSettings, describeStacks, describeTrails, templateSummary } from './account-api.ts';
import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { type CountedCall, handleCountersRequest } from './bedrock-counters.ts';
import type { LocalBatchJobs } from './bedrock-jobs.ts';
import { handleJobsRequest } from './bedrock-jobs-api.ts';
import type { BedrockLoggingApi } from './bedrock-logging-api.ts';
import { handleProfilesRequest, type KnownProfiles } from './bedrock-profiles-api.ts';
import { arnOfCaller, type RequestSigner } from './caller.ts';
import type { CloudTrail } from './cloud-trail.ts';
import { dynamodbObjection } from './dynamodb-objection.ts';
import type { Forwarder } from './forward.ts';
import { localFunctionUrl } from './function-urls.ts';
import { handleIamRequest } from './iam-api.ts';
import type { IamStore } from './iam-store.ts';
import type { LockedObjects } from './locked-objects.ts';
import type { LoggingRegion } from './logging-region.ts';
import { handleLogsRequest } from './logs-api.ts';
import { callerIdentity, listRules } from './operator-api.ts';
import { handlePricingRequest, type ListPrices } from './pricing-api.ts';
import { handleSecretsRequest } from './secrets-api.ts';
import { structuredForEmail } from './sns-structure.ts';
import type { StepFunctions } from './step-functions.ts';
import { serveStreams } from './streams-api.ts';

/** A message as a function published it. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Date;
}

export interface ServicesDeps {
  readonly place: DeploymentPlace;
  readonly rules: LocalAssembly['rules'];
  readonly tables: LocalAssembly['tables'];
  readonly functionUrls: LocalAssembly['functionUrls'];
  readonly dynamodb: Forwarder;
  readonly fauxqs: Forwarder;
  readonly iam: IamStore;
  readonly trail: CloudTrail;
  /** The local endpoint that stands in for all of AWS. */
  readonly gatewayUrl: string;
  readonly jobs: LocalBatchJobs;
  readonly bedrockLogging: BedrockLoggingApi;
  /** The application inference profiles that Bedrock knows. */
  readonly profiles: KnownProfiles;
  /** What AWS's price list says. */
  readonly listPrices: ListPrices;
  readonly loggingRegion: LoggingRegion;
  /** Buckets with Object Lock, by name. */
  readonly lockedBuckets: ReadonlyMap<string, LockedObjects>;
  /** Undefined where there is no such bucket. */
  readonly announcesObjects: (bucket: string) => boolean | undefined;
  /** Names of the stacks that are deployed. */
  readonly stacks: () => readonly string[];
  readonly metadata: LocalAssembly['metadata'];
  /** What each function has of the account's concurrency for itself. */
  readonly reservedConcurrency: readonly number[];
  readonly stepFunctions: StepFunctions;
  /** What AWS's own metrics count. */
  readonly countedCalls: () => readonly CountedCall[];
  readonly now: () => Date;
  readonly invoke: (functionArn: string, payload: unknown) => Promise<FunctionResult>;
  readonly invokeLater: (functionArn: string, payload: unknown) => void;
  readonly events: StackEvents;
}

const reads = /^(Get|BatchGet|Query|Scan|Describe|List|TransactGet)/;
/** DynamoDB Local takes letters and digits only, and keeps one database for all with `-sharedDb`. */
const localSignature =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** Where each service's calls go. */
export class Services {
  readonly published: PublishedMessage[] = [];
  /** Contents of Secrets Manager, by ARN. */
  readonly secrets = new Map<string, string>();
  readonly #deps: ServicesDeps;

  constructor(deps: ServicesDeps) {
    this.#deps = deps;
    deps.events.on('serviceMessage', (topicArn, message) =>
      this.published.push({ topicArn, subject: undefined, message, attributes: {}, at: deps.now() }),
    );
  }

  async serve(request: AwsRequest, caller: RequestSigner = { kind: 'operator' }): Promise<AwsResponse> {
    switch (request.service) {
      case 'streams':
        return serveStreams(request, this.#deps.tables, (asked, body, target) =>
          this.#deps.dynamodb.send(asked, {
            body: Buffer.from(JSON.stringify(body)),
            headers: { authorization: localSignature, ...(target && { 'x-amz-target': target }) },
          }),
        );
      case 'dynamodb': {
        const message = dynamodbObjection(request, this.#deps.tables);
        if (message) return errorAnswer(request.protocol, { code: 'ValidationException', message });
        const answer = await this.#deps.dynamodb.send(request, {
          headers: { authorization: localSignature },
        });
        if (!reads.test(request.operation)) this.#deps.events.emit('tableWritten');
        return answer;
      }
      case 's3':
        return this.#s3(request);
      case 'sns':
        return this.#sns(request);
      case 'sqs':
        return this.#sqs(request);
      case 'iam': {
        const params = new URLSearchParams(request.raw.toString());
        const { status, body, error } = handleIamRequest(this.#deps.iam, params);
        this.#deps.trail.record(request, caller, error);
        return { status, headers: { 'content-type': 'text/xml' }, body };
      }
      case 'states': {
        const target = `AWSStepFunctions.${request.operation}`;
        const { status, body } = this.#deps.stepFunctions.handleRequest(target, request.body);
        return jsonAnswer(body, status);
      }
      case 'lambda':
        return this.#lambda(request);
      case 'events':
        return this.#events(request);
      case 'bedrock':
        return this.#bedrock(request);
      case 'logs':
        return handleLogsRequest(this.#deps.loggingRegion, request);
      case 'pricing':
        return handlePricingRequest(request, this.#deps.listPrices(this.#deps.now()));
      case 'secretsmanager':
        return handleSecretsRequest(this.secrets, request);
      case 'sts':
        return callerIdentity(this.#deps.place.account, arnOfCaller(caller, this.#deps.place.account));
      case 'cloudtrail':
        return describeTrails(request, this.#deps.place.account);
      case 'cloudformation':
        return request.operation === 'GetTemplateSummary'
          ? templateSummary(this.#deps.stacks(), this.#deps.metadata, request)
          : describeStacks(this.#deps.stacks(), request);
      case 'cloudwatch':
        return handleCountersRequest(request, this.#deps.countedCalls(), this.#deps.now());
    }
  }

  #bedrock(request: AwsRequest): AwsResponse {
    const { profiles, place, jobs, bedrockLogging } = this.#deps;
    if (/InferenceProfiles?$/.test(request.operation)) {
      return handleProfilesRequest(profiles, place.account, request);
    }
    if (/ModelInvocationJobs?$/.test(request.operation)) return handleJobsRequest(jobs, request);
    return bedrockLogging.serve(request);
  }

  #functionUrl({ body, protocol }: AwsRequest): AwsResponse {
    const arn = functionArn(String(body['FunctionName']), this.#deps.place);
    const url = this.#deps.functionUrls.find((each) => each.functionArn === arn);
    if (!url) {
      const message = 'The resource you requested does not exist.';
      return errorAnswer(protocol, { code: 'ResourceNotFoundException', message, status: 404 });
    }
    const FunctionUrl = localFunctionUrl(this.#deps.gatewayUrl, url.id);
    return jsonAnswer({ FunctionUrl, FunctionArn: arn, AuthType: 'AWS_IAM', CreationTime: '' });
  }

  async #s3(request: AwsRequest): Promise<AwsResponse> {
    if (request.operation === 'GetBucketNotificationConfiguration') return this.#notifications(request);
    const locked = this.#deps.lockedBuckets.get(String(request.body['Bucket']));
    if (locked) return locked.serve(request);
    const answer = await this.#deps.fauxqs.send(request);
    if (request.operation === 'PutObject' && answer.status === 200) {
      const { Bucket: bucket, Key: key } = request.body as { Bucket: string; Key: string };
      const size = Number(request.headers['x-amz-decoded-content-length'] ?? request.raw.length);
      this.#deps.events.emit('objectPut', {
        bucket,
        key,
        size,
        etag: (answer.headers['etag'] ?? '').replaceAll('"', ''),
      });
    }
    return answer;
  }

  #notifications({ body, protocol }: AwsRequest): AwsResponse {
    const announces = this.#deps.announcesObjects(String(body['Bucket']));
    if (announces === undefined) {
      const message = 'The specified bucket does not exist';
      return errorAnswer(protocol, { code: 'NoSuchBucket', message, status: 404 });
    }
    const inner = announces ? '<EventBridgeConfiguration/>' : '';
    const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<NotificationConfiguration xmlns="${namespace}">${inner}</NotificationConfiguration>`,
    };
  }

  async #sns(request: AwsRequest): Promise<AwsResponse> {
    const form = new URLSearchParams(request.raw.toString());
    const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? '';
    for (const name of ['TopicArn', 'TargetArn']) if (form.has(name)) form.set(name, inFauxqs(topicArn));
    const answer = await this.#deps.fauxqs.send(request, { body: Buffer.from(form.toString()) });
    if (request.operation === 'Publish' && answer.status === 200) {
      const attributes = Object.fromEntries(
        [...form.keys()]
          .map((key) => /^(MessageAttributes\.entry\.\d+)\.Name$/.exec(key)?.[1])
          .filter((entry) => entry !== undefined)
          .map((entry) => [form.get(`${entry}.Name`) ?? '', form.get(`${entry}.Value.StringValue`) ?? '']),
      );
      this.published.push({
        topicArn,
        subject: form.get('Subject') ?? undefined,
        message: structuredForEmail(form),
        attributes,
        at: this.#deps.now(),
      });
    }
    return answer;
  }

  async #sqs(request: AwsRequest): Promise<AwsResponse> {
    const { account } = this.#deps.place;
    // Where the queue is named, and nowhere else: a message must arrive as it was sent.
    const named = Object.entries(request.body).map(([name, value]) =>
      typeof value === 'string' && /(Url|Arn)$/.test(name)
        ? [
            name,
            value.replace(`/${account}/`, `/${fauxqsAccount}/`).replace(`:${account}:`, `:${fauxqsAccount}:`),
          ]
        : [name, value],
    );
    const body = Buffer.from(JSON.stringify(Object.fromEntries(named)));
    const answer = await this.#deps.fauxqs.send(request, { body });
    if (request.operation.startsWith('SendMessage')) {
      this.#deps.events.emit('messageSent', String(request.body['QueueUrl']).split('/').at(-1) ?? '');
    }
    return answer;
  }

  async #lambda(request: AwsRequest): Promise<AwsResponse> {
    const { operation, body, headers, raw } = request;
    if (operation === 'GetFunctionUrlConfig') return this.#functionUrl(request);
    if (operation === 'GetAccountSettings') return accountSettings(this.#deps.reservedConcurrency);
    const arn = functionArn(String(body['FunctionName']), this.#deps.place);
    const payload = raw.length > 0 ? JSON.parse(raw.toString()) : {};
    if (headers['x-amz-invocation-type'] === 'Event') {
      this.#deps.invokeLater(arn, payload);
      return { status: 202, headers: {}, body: '' };
    }
    const result = await this.#deps.invoke(arn, payload);
    const answer = jsonAnswer(result.ok ? result.payload : result.error);
    return result.ok
      ? answer
      : { ...answer, headers: { ...answer.headers, 'x-amz-function-error': 'Unhandled' } };
  }

  #events(request: AwsRequest): AwsResponse {
    const { operation, body } = request;
    if (operation === 'ListRules') return listRules(this.#deps, request);
    if (operation !== 'PutEvents') {
      throw new Error(`The local stack does not imitate EventBridge ${operation}: add it to services.ts.`);
    }
    const entries = body['Entries'] as readonly Readonly<Record<string, string>>[];
    for (const entry of entries) {
      this.#deps.events.emit('eventPut', {
        busName: (entry['EventBusName'] ?? 'default').split('/').at(-1) ?? 'default',
        source: entry['Source'] ?? '',
        detailType: entry['DetailType'] ?? '',
        detail: JSON.parse(entry['Detail'] ?? '{}'),
      });
    }
    const answers = entries.map((_, index) => ({ EventId: `local-${index}` }));
    return {
      ...jsonAnswer({ FailedEntryCount: 0, Entries: answers }),
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    };
  }
}
