import type { AwsRequest, Service } from './aws-request.ts';
import { jobsCall } from './bedrock-jobs-api.ts';
import { profilesCall } from './bedrock-profiles-api.ts';

/** SwitchOutcome for a request that no client of AWS would send. */
export class UnknownRequestError extends Error {
  override name = 'UnknownRequestError';
}

type Parts = Pick<AwsRequest, 'method' | 'path' | 'headers' | 'raw'>;

/** Services that sign under one name but are told apart by their target. */
const targetServices: Readonly<Record<string, Service>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'streams',
  AWSStepFunctions: 'states',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
  Logs_20140328: 'logs',
  AWSPriceListService: 'pricing',
  secretsmanager: 'secretsmanager',
  CloudTrail_20131101: 'cloudtrail',
  GraniteServiceVersion20100801: 'cloudwatch',
};
const queryServices: readonly string[] = ['cloudformation', 'iam', 'sns', 'sts'];

const json = (raw: Buffer) => (raw.length > 0 ? (JSON.parse(raw.toString()) as Record<string, unknown>) : {});

/**
 * Reads service, operation and caller from what the SDK's clients send: the credential scope names the service, the
 * target, the Action or the path the operation.
 * @throws UnknownRequestError
 */
export function parseRequest(parts: Parts): AwsRequest {
  const credential = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    parts.headers.authorization ?? '',
  );
  if (!credential) throw new UnknownRequestError(`${parts.method} ${parts.path} has no AWS signature.`);
  const [, accessKey = '', region = '', scope = ''] = credential;
  // CloudTrail's target begins like a Java package.
  const target = /^(?:com\.[\w.]+\.)?([^.]+)\.(\w+)$/.exec(String(parts.headers['x-amz-target'] ?? ''));
  const common = { ...parts, accessKey, region };
  if (target) {
    const service = targetServices[target[1] ?? ''];
    if (!service)
      throw new UnknownRequestError(`The target ${target[0]} is not imitated: add it to parse-request.ts.`);
    return { ...common, service, operation: target[2] ?? '', body: json(parts.raw), protocol: 'json' };
  }
  if (queryServices.includes(scope)) {
    const body = Object.fromEntries(new URLSearchParams(parts.raw.toString()));
    return { ...common, service: scope as Service, operation: body['Action'] ?? '', body, protocol: 'query' };
  }
  if (scope === 'lambda')
    return { ...common, ...lambdaCall(parts), service: 'lambda', protocol: 'rest-json' };
  if (scope === 'bedrock')
    return { ...common, ...bedrockCall(parts), service: 'bedrock', protocol: 'rest-json' };
  if (scope === 's3') return { ...common, ...s3Call(parts), service: 's3', protocol: 'rest-xml' };
  throw new UnknownRequestError(`The service ${scope} is not imitated (${parts.method} ${parts.path}).`);
}

function lambdaCall({ method, path }: Parts): Pick<AwsRequest, 'operation' | 'body'> {
  if (method === 'GET' && path === '/2016-08-19/account-settings')
    return { operation: 'GetAccountSettings', body: {} };
  const url = /^\/2021-10-31\/functions\/([^/?]+)\/url$/.exec(path);
  if (method === 'GET' && url) {
    const body = { FunctionName: decodeURIComponent(url[1] ?? '') };
    return { operation: 'GetFunctionUrlConfig', body };
  }
  const found = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?Qualifier=([^&]+))?$/.exec(path);
  if (method !== 'POST' || !found)
    throw new UnknownRequestError(`Lambda's ${method} ${path} is not imitated.`);
  const body = { FunctionName: decodeURIComponent(found[1] ?? ''), ...(found[2] && { Qualifier: found[2] }) };
  return { operation: 'Invoke', body };
}

const loggingOperations: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

function bedrockCall({ method, path, raw }: Parts): Pick<AwsRequest, 'operation' | 'body'> {
  const known = profilesCall({ method, path }) ?? jobsCall({ method, path });
  if (known) return known;
  const verb = path === '/logging/modelinvocations' ? loggingOperations[method] : undefined;
  if (!verb) throw new UnknownRequestError(`Bedrock's ${method} ${path} is not imitated.`);
  return { operation: `${verb}ModelInvocationLoggingConfiguration`, body: json(raw) };
}

const bucketOperations: Readonly<Record<string, string>> = { HEAD: 'HeadBucket' };
const objectOperations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

function s3Call({ method, path, headers }: Parts): Pick<AwsRequest, 'operation' | 'body'> {
  const url = new URL(path, 'http://local');
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const named = url.searchParams.get('x-id');
  if (key) {
    const copy = headers['x-amz-copy-source'] !== undefined && method === 'PUT';
    const operation = named ?? (copy ? 'CopyObject' : objectOperations[method]);
    if (!operation) throw new UnknownRequestError(`S3's ${method} ${path} is not imitated.`);
    const lock = headers['x-amz-object-lock-mode'];
    const version = url.searchParams.get('versionId');
    const given = { ...(lock && { ObjectLockMode: lock }), ...(version !== null && { VersionId: version }) };
    return { operation, body: { Bucket: bucket, Key: key, ...given } };
  }
  const prefix = url.searchParams.get('prefix') ?? undefined;
  if (url.searchParams.get('list-type') === '2')
    return { operation: 'ListObjectsV2', body: { Bucket: bucket, Prefix: prefix } };
  if (url.searchParams.has('versions') && method === 'GET')
    return { operation: 'ListObjectVersions', body: { Bucket: bucket, Prefix: prefix } };
  const notification = url.searchParams.has('notification') && method === 'GET';
  const operation = named ?? (notification ? 'GetBucketNotificationConfiguration' : bucketOperations[method]);
  if (!operation) throw new UnknownRequestError(`S3's ${method} ${path} is not imitated.`);
  return { operation, body: { Bucket: bucket } };
}
