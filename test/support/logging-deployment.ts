import { BedrockClient } from '@aws-sdk/client-bedrock';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { AwsLogDestinations } from '../../lambda/adapters/bedrock/log-destinations.ts';
import { BedrockLogging } from '../../lambda/adapters/bedrock/logging.ts';
import { answerCloudFormation } from '../../lambda/adapters/runtime/cloudformation-answer.ts';
import type { LoggingPropertiesInput } from '../../lambda/contracts/custom-resources.ts';
import { createCustomResource } from '../../lambda/handlers/custom-resource.ts';
import { loggingActions } from '../../lambda/handlers/logging.ts';
import { ControlPlane } from './control-plane.ts';
import { MemoryLoggingRecords } from './memory-logging-records.ts';

export const ingest = 'arn:aws:lambda:eu-central-1:111122223333:function:bedrock-budgeteer-test-ingest';
export const own: LoggingPropertiesInput = {
  Region: 'eu-central-1',
  IngestArn: ingest,
  BucketRule: 'ours-NewLogObject',
  LogGroupName: '/bedrock-budgeteer/test/model-invocations',
  LogGroupDeclared: 'false',
  RoleArn: 'arn:aws:iam::111122223333:role/bedrock-budget/ours',
  BucketName: 'our-logs',
  BucketDeclared: 'false',
  CopyBodies: 'false',
  Revision: '1',
};
export const sharedGroup = {
  LogGroupName: '/aws/bedrock/modelinvocations',
  LogGroupDeclared: 'true',
  RoleArn: 'arn:aws:iam::111122223333:role/BedrockLogging',
} as const;
export const sharedBucket = { BucketName: 'central-bedrock-logs', BucketDeclared: 'true' } as const;
/** As Bedrock answered for a configuration made in its console, with the empty names that stand for none. */
export const recorded = {
  cloudWatchConfig: {
    logGroupName: '/aws/bedrock/modelinvocations',
    roleArn: 'arn:aws:iam::111122223333:role/BedrockLogging',
    largeDataDeliveryS3Config: { bucketName: '', keyPrefix: '' },
  },
  s3Config: { bucketName: '', keyPrefix: '' },
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  videoDataDeliveryEnabled: false,
};

export interface CustomResourceAnswer {
  readonly Status: string;
  readonly Reason?: string;
  readonly Data?: { readonly Summary: string };
}

/** The deployed function between CloudFormation and AWS, both of them on this machine. */
export class LoggingDeployment {
  readonly plane: ControlPlane;
  readonly records = new MemoryLoggingRecords();
  readonly reports: string[] = [];
  slept = 0;

  private constructor(plane: ControlPlane) {
    this.plane = plane;
  }

  static async start(): Promise<LoggingDeployment> {
    const plane = await ControlPlane.start();
    plane.filters = { [own.LogGroupName]: { ToIngest: ingest }, '/aws/bedrock/modelinvocations': {} };
    plane.buckets = { 'central-bedrock-logs': true };
    plane.rules = { 'ours-NewLogObject': own.BucketName };
    return new LoggingDeployment(plane);
  }

  /** One request of CloudFormation. @param records those of another stage @returns what CloudFormation was told */
  async deploy(
    RequestType: 'Create' | 'Update' | 'Delete',
    properties: Partial<LoggingPropertiesInput> = {},
    records = this.records,
  ): Promise<CustomResourceAnswer> {
    const { plane } = this;
    const sleep = async (milliseconds: number) => {
      this.slept += milliseconds;
    };
    const handler = createCustomResource({
      actions: loggingActions({
        logging: new BedrockLogging(new BedrockClient(plane.aws)),
        records,
        destinations: new AwsLogDestinations(
          new CloudWatchLogsClient(plane.aws),
          new S3Client({ ...plane.aws, forcePathStyle: true }),
          new EventBridgeClient(plane.aws),
        ),
        sleep,
      }),
      sleep,
      answer: (url, response) => answerCloudFormation(url, response, sleep),
      report: (what) => this.reports.push(JSON.stringify(what)),
    });
    const event = {
      RequestType,
      RequestId: 'c5b8a9a0-0001',
      StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/ingestion/1',
      LogicalResourceId: 'InvocationLoggingStep',
      ...(RequestType !== 'Create' && { PhysicalResourceId: 'InvocationLoggingStep' }),
      ResourceType: 'Custom::InvocationLogging',
      ResponseURL: `${plane.url}/answer?X-Amz-Signature=secret`,
      ServiceToken: 'arn:aws:lambda:eu-central-1:111122223333:function:logging',
      ResourceProperties: { ServiceToken: 'arn:aws:lambda:…', ...own, ...properties },
    } as unknown as CloudFormationCustomResourceEvent;
    await handler(event, { getRemainingTimeInMillis: () => 180_000 });
    return plane.answers.at(-1) as unknown as CustomResourceAnswer;
  }
}
