import * as z from 'zod';
import { checkPlace } from '../../lambda/contracts/budget-place.ts';
import { budgetSpecSchema } from '../../lambda/contracts/budget-spec.ts';
import { overrideActions } from '../../lambda/domain/control/override-request.ts';
import { runConfigSchema } from '../command-line/read-config.ts';

const instant = z.iso
  .datetime({ offset: true, error: 'must be a time in ISO 8601, for example "2026-11-22T12:00:00Z"' })
  .transform((text) => new Date(text));

const record = z.union([z.record(z.string(), z.unknown()), z.string()], {
  error: 'must be a record (an object) or a raw line (a string)',
});

const identityArn = z
  .string()
  .regex(
    /^arn:aws(-[a-z-]+)?:(iam::\d{12}:(root|(user|role)\/.+)|sts::\d{12}:(assumed-role\/[^/]+\/.+|federated-user\/.+))$/,
    'must be the ARN of a user, role, role session, federated user or root',
  );

const subject = z
  .string()
  .regex(
    /^((user|role|federated|team)\/.+|root|unknown|account)$/,
    'must be user/NAME, role/NAME[/SESSION], federated/NAME, team/NAME, root, unknown or account',
  );

const deliver = z
  .strictObject({
    via: z.enum(['cloudwatch', 's3']),
    records: z.array(record).optional(),
    file: z.string().min(1).optional(),
    times: z.int().min(1).max(1000).default(1),
    /** Somebody else than Bedrock wrote them. */
    forged: z.boolean().optional(),
    /** `late`: Bedrock's object comes with a later delivery by S3. */
    copy: z.enum(['kept', 'late']).optional(),
    stream: z.string().min(1).max(512).optional(),
  })
  .refine(({ records, file }) => records !== undefined || file !== undefined, 'must have records or a file');

/** What is in the detail is the product's to judge, so that a scenario can show what is refused. */
export const reportSchema = z.strictObject({
  via: z.literal('event'),
  records: z.array(z.strictObject({ source: z.string().min(1), detail: z.unknown() })),
  times: z.int().min(1).max(1000).default(1),
});

const setBudget = z
  .looseObject({ subject })
  .transform(({ subject: about, ...spec }) => ({ subject: about, spec }))
  .pipe(
    z
      .object({ subject, spec: budgetSpecSchema })
      .superRefine(({ subject: about, spec }, context) => checkPlace(about, spec, context)),
  );

const invoke = z.strictObject({
  identityArn,
  modelId: z.string().min(1).max(2048),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, for example "us-east-1"'),
  action: z
    .string()
    .regex(
      /^bedrock(-mantle|-agentcore|-websearch)?:\w+$/,
      'must be an action, for example "bedrock:InvokeModel"',
    )
    .optional(),
  /** One of the user's keys, by its name, or `short-term`. */
  apiKey: z.string().min(1).optional(),
  serviceTier: z.enum(['priority', 'default', 'flex', 'reserved']).optional(),
});

/** Those who act are administrators unless `principals` gives them policies. */
const person = z
  .string()
  .regex(
    /^(user\/[^/]+|role\/[^/]+(\/[^/]+)?|arn:aws:.+)$/,
    'must be user/NAME, role/NAME[/SESSION] or the ARN of one',
  );

/** Values are the product's to judge, so that a scenario can show what is refused; only the fields' names are checked. */
const override = z
  .strictObject({
    action: z.enum(overrideActions),
    subject: z.string().optional(),
    window: z.string().optional(),
    amountUsd: z.string().optional(),
    expiresAt: z.string().optional(),
    reason: z.string(),
    requestedBy: z.string().optional(),
    /** Goes through the front door as this caller, instead of starting the machine. */
    verifiedAs: person.optional(),
  })
  .refine(
    ({ requestedBy, verifiedAs }) => requestedBy !== undefined || verifiedAs !== undefined,
    'must have requestedBy or verifiedAs',
  );

const approve = z.strictObject({
  as: person,
  action: z.enum(['approve', 'reject']).default('approve'),
  reason: z.string(),
  /** The name of an override's execution, or `last`: the latest that waits. */
  execution: z.string().min(1).default('last'),
});

/** A call of the IAM API that someone of the account makes. */
const iam = z.strictObject({
  as: person,
  action: z.string().regex(/^[A-Z]\w+$/, 'must be an action of IAM, for example "DetachUserPolicy"'),
  user: z.string().optional(),
  role: z.string().optional(),
  /** A managed policy: its ARN, or a part of a deployed one's name, such as `halt`. */
  policy: z.string().optional(),
  version: z.string().optional(),
  /** An inline policy. */
  name: z.string().optional(),
  document: z.record(z.string(), z.unknown()).optional(),
  /** An API key, by its name. */
  key: z.string().optional(),
  status: z.enum(['Active', 'Inactive']).optional(),
  path: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export const stepSchemas = {
  deliver,
  settle: z.strictObject({}),
  advance: z.strictObject({ to: instant }),
  setBudget,
  invoke,
  override,
  approve,
  iam,
} as const;
export type StepName = keyof typeof stepSchemas;

const principal = z.strictObject({
  tags: z.record(z.string(), z.string()).optional(),
  path: z
    .string()
    .regex(/^\/([\x21-\x7e]+\/)?$/, 'must begin and end with a slash')
    .optional(),
  policies: z.array(z.record(z.string(), z.unknown())).optional(),
  /** Bedrock API keys of a user. */
  apiKeys: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        status: z.enum(['Active', 'Inactive']).optional(),
        ageDays: z.int().min(1).max(36_600).optional(),
      }),
    )
    .max(2, 'must be at most 2: AWS allows a user no more')
    .optional(),
});

/** A batch job that runs from the start. */
const job = z.strictObject({
  name: z.string().min(1),
  roleArn: z.string().regex(/^arn:aws(-[a-z-]+)?:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
  modelId: z.string().min(1),
  status: z
    .enum(['Submitted', 'Validating', 'Scheduled', 'InProgress', 'Completed', 'Failed', 'Stopped'])
    .optional(),
  submittedAt: instant.optional(),
});

/** Steps are checked one by one, so that each sentence can say which step is meant. */
export const scenarioSchema = z.strictObject({
  now: instant.optional(),
  config: runConfigSchema.prefault({}),
  principals: z
    .record(z.string().regex(/^(user|role)\/[\w+=,.@-]{1,128}$/, 'must be user/NAME or role/NAME'), principal)
    .default({}),
  /** What exists in the account, unlike `config.profiles`, which says how to price: Bedrock answers it when asked. */
  profiles: z
    .record(
      z
        .string()
        .regex(
          /^arn:aws:bedrock:[a-z0-9-]+:\d{12}:application-inference-profile\/[a-z0-9]{12}$/,
          'must be the ARN of an application inference profile',
        ),
      z.string().min(1),
    )
    .default({}),
  jobs: z.array(job).default([]),
  steps: z.array(z.unknown()),
});
