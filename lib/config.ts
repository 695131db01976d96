import * as z from 'zod';
import { settingsSchema } from '../lambda/contracts/settings.ts';
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

const emails = z.array(z.email('must be an e-mail address')).default([]);
const tagValue = z
  .string()
  .regex(/^[\w .:/=+@-]{1,256}$/, 'must be 1 to 256 letters, digits or _ . : / = + - @');

export const stageConfigSchema = z.strictObject({
  /** Part of every physical name. */
  stage: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,19}$/,
      'must be 1 to 20 lower-case letters, digits and hyphens, a letter first',
    ),
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
  /** Years that the log bucket keeps an object; Deep Archive bills at least 180 days, from day 365 on. */
  logRetentionYears: z.int().min(2).max(100).default(7),
  /** Who gets the e-mails of the three topics. */
  alertEmails: z.strictObject({ budgetAlerts: emails, critical: emails, operations: emails }).prefault({}),
  /** The log group that Bedrock writes to; the deployment makes it, so it must not exist. */
  invocationLogGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, 'must be a CloudWatch Logs group name')
    .default('/bedrock-budgeteer/model-invocations'),
});

/** A stage's whole configuration, defaults filled in. */
export type StageConfig = z.output<typeof stageConfigSchema>;
/** What a person writes: everything but the stage's name and the mode may be left out. */
export type StageConfigInput = z.input<typeof stageConfigSchema>;
export type TableCapacity = StageConfig['capacity'][keyof StageConfig['capacity']];

/** Thrown at synth; the message has one sentence per wrong field. */
export class StageConfigError extends Error {
  override name = 'StageConfigError';
}

/** @throws StageConfigError naming each wrong field, what was given and what is allowed. */
export function parseStageConfig(input: unknown): StageConfig {
  const parsed = stageConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new StageConfigError(configSentences(stageConfigSchema, input, parsed.error).join('\n'));
}
