import * as z from 'zod';
import { budgetSpecSchema } from '../../lambda/contracts/settings.ts';
import { runConfigSchema } from './config.ts';

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
  .pipe(z.object({ subject, spec: budgetSpecSchema }));

const invoke = z.strictObject({
  identityArn,
  modelId: z.string().min(1).max(2048),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, for example "us-east-1"'),
  action: z
    .string()
    .regex(/^bedrock(-mantle)?:\w+$/, 'must be an action, for example "bedrock:InvokeModel"')
    .optional(),
});

const override = z.strictObject({
  /** The only overrides of this version. */
  action: z.enum(['pause', 'unpause']),
  subject: z.literal('account').default('account'),
  reason: z.string().min(1),
  requestedBy: z.string().min(1),
});

export const stepSchemas = {
  deliver,
  settle: z.strictObject({}),
  advance: z.strictObject({ to: instant }),
  setBudget,
  invoke,
  override,
} as const;
export type StepName = keyof typeof stepSchemas;

const principal = z.strictObject({
  tags: z.record(z.string(), z.string()).optional(),
  path: z
    .string()
    .regex(/^\/([\x21-\x7e]+\/)?$/, 'must begin and end with a slash')
    .optional(),
  policies: z.array(z.record(z.string(), z.unknown())).optional(),
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
  steps: z.array(z.unknown()),
});
