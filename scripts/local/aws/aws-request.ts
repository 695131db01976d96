import type { IncomingHttpHeaders } from 'node:http';

/** One request of an AWS SDK, understood as far as its service and operation. */
export interface AwsRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly service: Service;
  readonly operation: string;
  /** Parsed JSON, query parameters, or what the URL carries. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly accessKey: string;
  readonly region: string;
  readonly protocol: 'json' | 'query' | 'rest-json' | 'rest-xml';
}

/** The services that the functions and operators call. */
export type Service =
  | 'dynamodb'
  | 'streams'
  | 's3'
  | 'sqs'
  | 'sns'
  | 'events'
  | 'states'
  | 'lambda'
  | 'iam'
  | 'bedrock'
  | 'logs'
  | 'pricing'
  | 'secretsmanager'
  | 'cloudwatch'
  | 'cloudtrail'
  | 'cloudformation'
  | 'sts';
