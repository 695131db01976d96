import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../lambda/adapters/dynamodb/client.ts';
import { systemClock, systemSleep } from '../../../lambda/adapters/runtime/system-time.ts';
import { defaultBootstrapQualifier } from '../../../lambda/domain/deny-policies/tamper-statements.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';
import type { Clock, Sleep } from '../../../lambda/use-cases/ports/time.ts';
import type { StageConfig } from '../../../lib/config.ts';
import { physicalName } from '../../../lib/shared/naming.ts';

/** How to reach AWS. Endpoint and credentials are the SDK's own business unless someone names them. */
export interface AwsAccess {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface DeclaredLogging {
  readonly logGroup?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly bucket?: string | undefined;
}

export interface DeploymentOptions {
  readonly aws: AwsAccess;
  readonly stage: string;
  readonly settings: Settings;
  /** What the stage names of someone else's logging. @default nothing: it makes its own */
  readonly declaredLogging?: DeclaredLogging | undefined;
  /** The log group that the stage makes. @default /bedrock-budgeteer/STAGE/model-invocations */
  readonly ownLogGroup?: string | undefined;
  /** The account that the stage belongs to. @default whichever the credentials are of */
  readonly account?: string | undefined;
  /** What the stage reserves for its enforcer. @default nothing, as a stage does */
  readonly enforcerConcurrency?: number | 'unreserved' | undefined;
  /** Of the bootstrap stack that deploys the stage. @default CDK's own */
  readonly bootstrapQualifier?: string | undefined;
  /** Whether the stage anchors its audit chains. @default true, as a stage does */
  readonly auditArchive?: boolean | undefined;
  /** The stage's service control policy, and the Region that it pins. @default none */
  readonly organization?: Pick<StageConfig, 'organization' | 'region'> | undefined;
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  readonly sleep?: Sleep | undefined;
}

/** One stage in one Region, as an operator's command sees it. */
export interface Deployment {
  readonly aws: AwsAccess;
  readonly stage: string;
  readonly settings: Settings;
  /** The account that the stage belongs to; undefined where it does not say. */
  readonly account: string | undefined;
  readonly enforcerConcurrency: number | 'unreserved';
  readonly auditArchive: boolean;
  readonly bootstrapQualifier: string;
  readonly organization: Pick<StageConfig, 'organization' | 'region'>;
  readonly declaredLogging: DeclaredLogging;
  /** The log group that feeds ingest. */
  readonly logGroup: string;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly tables: Readonly<Record<'budgets' | 'ledger' | 'alerts' | 'audit', string>>;
  /** What waits to be metered, each with where it is put aside when it fails for hours. */
  readonly queues: Readonly<
    Record<'ingest' | 'usage', { readonly name: string; readonly deadLetters: string }>
  >;
  readonly topics: Readonly<Record<'alerts' | 'critical' | 'operations', string>>;
  readonly client: DynamoDBDocumentClient;
}

/** All names follow from the stage: nothing is asked of AWS here. */
export function openDeployment(options: DeploymentOptions): Deployment {
  const { aws, stage, settings, account, declaredLogging = {} } = options;
  const {
    clock = systemClock,
    sleep = systemSleep,
    enforcerConcurrency = 'unreserved',
    auditArchive = true,
  } = options;
  const { organization = {}, bootstrapQualifier = defaultBootstrapQualifier } = options;
  const named = (name: string) => physicalName(stage, name);
  return {
    ...{ aws, stage, settings, account, declaredLogging, enforcerConcurrency, auditArchive, clock, sleep },
    ...{ organization, bootstrapQualifier },
    logGroup:
      declaredLogging.logGroup ?? options.ownLogGroup ?? `/bedrock-budgeteer/${stage}/model-invocations`,
    tables: {
      budgets: named('user-budgets'),
      ledger: named('usage-tracking'),
      alerts: named('budget-alerts'),
      audit: named('audit-logs'),
    },
    queues: {
      ingest: { name: named('ingest'), deadLetters: named('ingest-dead-letters') },
      usage: { name: named('usage'), deadLetters: named('usage-dead-letters') },
    },
    topics: {
      alerts: named('budget-alerts'),
      critical: named('critical'),
      operations: named('operations'),
    },
    client: documentClient(new DynamoDBClient({ ...aws, maxAttempts: 6 })),
  };
}
