import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The operator at the laptop: no function, so no policy limits them. */
export const operatorCredentials = { accessKeyId: 'LOCALOPERATOR', secretAccessKey: 'local' };

export interface LocalEndpoints {
  readonly gateway: string;
  readonly dynamodb: string;
  readonly fauxqs: string;
  readonly region: string;
}

/** The clients of the stack itself. What the operator changes goes by the gateway, which tells the triggers. */
export function localClients({ gateway, dynamodb, fauxqs, region }: LocalEndpoints) {
  const common = { region, credentials: operatorCredentials };
  return {
    operator: new DynamoDBClient({ ...common, endpoint: gateway }),
    objects: new S3Client({ ...common, endpoint: gateway, forcePathStyle: true }),
    tables: new DynamoDBClient({ ...common, endpoint: dynamodb }),
    queues: new SQSClient({ ...common, endpoint: fauxqs, useQueueUrlAsEndpoint: false }),
  };
}
