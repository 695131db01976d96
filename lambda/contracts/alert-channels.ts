import * as z from 'zod';
import { scopes, severities } from '../domain/notify/channels.ts';

/**
 * An address that alerts are posted to. The address is the contents of a secret, because who knows it may write there:
 * the bare URL, or `{ "url": "https://…", "signingKey": "…" }`.
 */
export const webhookSchema = z.strictObject({
  /** Marks in the alert's item that this one has it. */
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,29}$/,
      'must be 1 to 30 lower-case letters, digits and hyphens, a letter first',
    ),
  /** With the six characters that Secrets Manager adds to the name. */
  secretArn: z
    .string()
    .regex(
      /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
      'must be the whole ARN of a secret, for example "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf"',
    ),
  /** The key that the secret is encrypted with, where it has one of its own. */
  secretKeyArn: z
    .string()
    .regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'must be the ARN of a KMS key')
    .optional(),
  format: z.enum(['slack', 'json']),
  /** Quieter alerts do not go there. */
  minSeverity: z.enum(severities).default('info'),
  scopes: z
    .array(z.enum(scopes))
    .nonempty()
    .default([...scopes]),
});

/** Alerts beyond `perMinute` messages a minute and topic are told in one digest. */
export const alertDeliverySchema = z.strictObject({
  perMinute: z.int().min(1).max(1_000).default(20),
});

/** The topic that tells people of their own budget; each subscribes with a filter on `principal` or `recipient`. */
export const userChannelsSchema = z.strictObject({
  /** Makes an address of a user's name, `{name}`; sessions that are e-mail addresses already stay as they are. */
  emailPattern: z
    .string()
    .regex(/^[^\s@]*\{name\}[^\s@]*@[\w.-]+$/, 'must be an address with {name} in it, "{name}@example.com"')
    .optional(),
  /** IAM tag whose value is the address or channel of a principal's own warnings: it outranks the pattern. */
  contactTag: z.string().min(1).max(128).default('BudgetContact'),
});
