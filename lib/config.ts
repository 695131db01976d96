import * as z from 'zod';
import { settingsSchema } from '../lambda/contracts/settings.ts';
import { defaultBootstrapQualifier } from '../lambda/domain/deny-policies/tamper-statements.ts';
import { configSentences } from './config-error.ts';

/** Capacity units per second between which auto-scaling moves. */
export interface CapacityRange {
  readonly min: number;
  readonly max: number;
}

/** What the product's requirements give each table; a stage may raise these, never lower them. */
export const requiredCapacity = {
  userBudgets: { read: { min: 5, max: 40 }, write: { min: 5, max: 40 } },
  usageTracking: { read: { min: 10, max: 100 }, write: { min: 20, max: 200 } },
  budgetAlerts: { read: { min: 3, max: 25 }, write: { min: 3, max: 25 } },
  auditLogs: { read: { min: 10, max: 100 }, write: { min: 25, max: 250 } },
} as const satisfies Record<string, { read: CapacityRange; write: CapacityRange }>;

const range = (required: CapacityRange) =>
  z
    .strictObject({
      min: z.int().min(required.min).max(40_000),
      max: z.int().min(required.max).max(40_000),
    })
    .refine(({ min, max }) => min <= max, 'must have min no greater than max');

const capacity = (required: { readonly read: CapacityRange; readonly write: CapacityRange }) =>
  z
    .discriminatedUnion('mode', [
      z.strictObject({
        mode: z.literal('provisioned'),
        read: range(required.read).default(required.read),
        write: range(required.write).default(required.write),
      }),
      z.strictObject({ mode: z.literal('on-demand') }),
    ])
    .default({ mode: 'provisioned', read: required.read, write: required.write });

/** AWS's own lines of the bill; models that come through the Marketplace are products of their own, one a model. */
const bedrockServices: [string, ...string[]] = ['Amazon Bedrock', 'Amazon Bedrock Service'];

const logGroupName = z.string().regex(/^[\w./#-]{1,512}$/, 'must be a CloudWatch Logs group name');
const emails = z.array(z.email('must be an e-mail address')).default([]);
const tagValue = z
  .string()
  .regex(/^[\w .:/=+@-]{1,256}$/, 'must be 1 to 256 letters, digits or _ . : / = + - @');

const unmeterable = z
  .strictObject({
    mantle: z.boolean().default(false),
    batch: z.boolean().default(false),
    bidirectional: z.boolean().default(false),
    asynchronous: z.boolean().default(false),
    provisioned: z.boolean().default(false),
    claudePlatform: z.boolean().default(false),
    otherRegions: z.boolean().default(false),
  })
  .prefault({});

export const stageConfigSchema = z.strictObject({
  /** Part of every physical name. */
  stage: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,19}$/,
      'must be 1 to 20 lower-case letters, digits and hyphens, a letter first',
    ),
  /** The account that the stage belongs to. @default wherever the credentials point: name it before people rely on it */
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be an AWS account (12 digits)')
    .optional(),
  /** The Region that the stage belongs to, whose Bedrock calls it meters. @default wherever the credentials point */
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be the name of a Region, for example eu-central-1')
    .optional(),
  /**
   * Of the bootstrap stack that deploys this stage: whoever is suspended may assume none of its roles. One of the stage's own
   * (`cdk bootstrap --qualifier`) leaves their other deployments alone. @default CDK's own, which most apps share
   */
  bootstrapQualifier: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, 'must be 1 to 10 lower-case letters and digits')
    .default(defaultBootstrapQualifier),
  /** What the Lambdas are told; `mode` has no default. */
  settings: settingsSchema,
  /** On every resource, beside `Component`, which names the stack. */
  tags: z
    .strictObject({
      environment: tagValue.default('production'),
      costCenter: tagValue.default('engineering-ops'),
      billingProject: tagValue.default('bedrock-budget-control'),
    })
    .prefault({}),
  /** `customer-managed` makes one key for tables, bucket, queues, topics and logs. */
  kms: z.enum(['aws-managed', 'customer-managed']).default('aws-managed'),
  capacity: z
    .strictObject({
      userBudgets: capacity(requiredCapacity.userBudgets),
      usageTracking: capacity(requiredCapacity.usageTracking),
      budgetAlerts: capacity(requiredCapacity.budgetAlerts),
      auditLogs: capacity(requiredCapacity.auditLogs),
    })
    .prefault({}),
  /**
   * How many enforcers Lambda keeps free, and at most runs. Lambda refuses a reservation where the account has hardly any
   * concurrency to give (new accounts have 10), and a lease lets one enforcer at a time change a principal anyway.
   */
  enforcerConcurrency: z.union([z.int().min(1).max(10), z.literal('unreserved')]).default('unreserved'),
  /** Years that the log bucket keeps an object; Deep Archive bills at least 180 days, from day 365 on. */
  logRetentionYears: z.int().min(2).max(100).default(7),
  /**
   * What a removal does with the data. `retain` keeps it, the tables protected from deletion; `delete` has to be deployed
   * before the removal, and S3 deletes a bucket only once it is empty.
   */
  removal: z
    .strictObject({
      tables: z.enum(['retain', 'delete']).default('retain'),
      logs: z.enum(['retain', 'delete']).default('retain'),
    })
    .prefault({}),
  /** Who gets the e-mails of the three topics. */
  alertEmails: z.strictObject({ budgetAlerts: emails, critical: emails, operations: emails }).prefault({}),
  /** Three CloudWatch dashboards: an account has three for nothing, a further one costs 3 USD a month. */
  dashboards: z.boolean().default(true),
  /**
   * An AWS Budget over `accountBudget.monthUsd`, beside our own: it sees the bill, which is hours late and knows what
   * Bedrock does not log. AWS has none for an account budget without a month.
   */
  awsBudget: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Services of the bill that count, as Cost Explorer spells them. */
      services: z.array(z.string().min(1)).nonempty().default(bedrockServices),
      /** Counts all of AWS Marketplace; without it name its models in `services`: "Claude Opus 4.6 (Amazon Bedrock Edition)". */
      marketplace: z.boolean().default(true),
    })
    .prefault({}),
  /** Subscribes the operations topic to AWS's Cost Anomaly Detection. @default off */
  costAnomalies: z
    .strictObject({
      /** An account can have one monitor of services, and most have: name it, or one is made. */
      monitorArn: z
        .string()
        .regex(/^arn:[\w-]+:ce::\d{12}:anomalymonitor\/[\w-]+$/, 'must be the ARN of a cost anomaly monitor')
        .optional(),
      /** Cheaper anomalies are not reported. */
      minimumUsd: z.int().min(1).default(100),
    })
    .optional(),
  /**
   * Where the audit chains are anchored daily: a bucket that lets nobody change an object for so many days, and that no
   * removal takes along. `governance` leaves a way out to whoever has `s3:BypassGovernanceRetention`, `compliance` to
   * nobody, root and AWS included. `none` makes no bucket, for stages that are thrown away.
   */
  auditArchive: z
    .union([
      z.literal('none'),
      z.strictObject({
        lock: z.enum(['governance', 'compliance']).default('governance'),
        days: z.int().min(1).max(36_500).default(400),
      }),
    ])
    .default({ lock: 'governance', days: 400 }),
  /** Daily AWS Backup of the tables, beside point-in-time recovery. @default off */
  backup: z.strictObject({ keepDays: z.int().min(1).max(36_500).default(35) }).optional(),
  /**
   * The log group that the deployment makes for Bedrock, so it must not exist.
   * @default /bedrock-budgeteer/STAGE/model-invocations
   */
  invocationLogGroup: logGroupName.optional(),
  /** Who may put usage events on the stage's bus: accounts (12 digits) and ARNs of roles. @default nobody */
  usageBusPutters: z
    .array(
      z
        .string()
        .regex(
          /^\d{12}$|^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
          'must be an account (12 digits) or the ARN of a role',
        ),
    )
    .default([]),
  /**
   * CloudTrail tells of IAM in us-east-1 alone: a stage elsewhere names it here, and gets a small stack there. Needs a trail
   * with management events. @default none: newcomers are met at their first call, drift is found every 15 minutes
   */
  iamEvents: z.strictObject({ forwardFrom: z.literal('us-east-1').optional() }).prefault({}),
  /** Makes a managed policy, for administrators to attach, that denies what cannot be metered. @default no policy */
  denyUnmeterable: unmeterable,
  /** A service control policy for accounts of the organisation, deployed apart from the management account. @default none */
  organization: z
    .strictObject({
      managementAccount: z
        .string()
        .regex(/^\d{12}$/, 'must be an AWS account (12 digits)')
        .optional(),
      partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']).default('aws'),
      /** Whom it is for. */
      targetIds: z
        .array(
          z
            .string()
            .regex(
              /^\d{12}$|^r-[0-9a-z]{4,32}$|^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/,
              'must be an account (12 digits), an organisational unit (ou-…) or a root (r-…)',
            ),
        )
        .nonempty(),
      /** Who may change our policies, roles and tags, as patterns of role ARNs: the role that deploys has to be among them. */
      administrators: z
        .array(
          z
            .string()
            .regex(
              /^arn:[\w-]+:iam::(\d{12}|\*):role\/[\w+=,.@/*-]+$/,
              'must be the ARN of a role, * allowed',
            ),
        )
        .nonempty(),
      /** Identity Center user ids of people who may not spend. */
      suspendedUsers: z
        .array(z.string().regex(/^[0-9a-f-]{36,47}$/, 'must be an Identity Center user id, not a name'))
        .default([]),
      denyUnmeterable: unmeterable,
      /** Regions with a stage of their own, beside this one's. */
      meteredRegions: z
        .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be the name of a Region'))
        .default([]),
    })
    .optional(),
  /** What is there already and is shared, because Bedrock has one logging configuration in each Region. */
  logging: z
    .strictObject({
      /** A log group of someone else that Bedrock writes to; needs one free subscription filter. */
      logGroup: logGroupName.optional(),
      /** As whom Bedrock writes to that log group. */
      roleArn: z
        .string()
        .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of a role')
        .optional(),
      /** A bucket of someone else that Bedrock writes to; it has to tell EventBridge of its objects. */
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
        .optional(),
      /** The key that bucket is encrypted with, where it has one of its own. */
      bucketKeyArn: z
        .string()
        .regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'must be the ARN of a KMS key')
        .optional(),
      /** Fills an empty slot even where Bedrock delivers bodies, which then rest in our destination too. */
      copyBodies: z.boolean().default(false),
      /** Raise it to have the next deployment check Bedrock's logging again, after someone changed it. */
      revision: z.int().min(1).default(1),
    })
    .refine(
      ({ logGroup, roleArn }) => logGroup !== undefined || roleArn === undefined,
      'must name the logGroup that the roleArn is for',
    )
    .refine(
      ({ bucket, bucketKeyArn }) => bucket !== undefined || bucketKeyArn === undefined,
      'must name the bucket that the bucketKeyArn is for',
    )
    .prefault({}),
});

/** A stage's whole configuration, defaults filled in. */
export type StageConfig = z.output<typeof stageConfigSchema>;
/** What a person writes: everything but the stage's name and the mode may be left out. */
export type StageConfigInput = z.input<typeof stageConfigSchema>;
export type TableCapacity = StageConfig['capacity'][keyof StageConfig['capacity']];

/** SwitchOutcome at synth; the message has one sentence per wrong field. */
export class StageConfigError extends Error {
  override name = 'StageConfigError';
}

/** @throws StageConfigError naming each wrong field, what was given and what is allowed. */
export function parseStageConfig(input: unknown): StageConfig {
  const parsed = stageConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new StageConfigError(configSentences(stageConfigSchema, input, parsed.error).join('\n'));
}
