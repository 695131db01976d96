import * as z from 'zod';
import { overrideActions } from '../domain/control/override-request.ts';

const text = (most: number) => {
  const error = `must be a text of 1 to ${most} characters`;
  return z.string({ error }).trim().min(1, { error }).max(most, { error });
};

/** Input of the override machine. What it means for one subject is checked beside: `checkOverride`. */
export const overrideRequestSchema = z.strictObject({
  action: z.enum(overrideActions),
  subject: text(256).default('account'),
  window: z.enum(['day', 'week', 'month']).default('month'),
  amountUsd: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount in USD as a decimal string, for example "25.00"')
    .optional(),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be an ISO 8601 time, for example "2026-12-01T00:00:00Z"' })
    .optional(),
  reason: text(500),
  requestedBy: text(256),
});

/**
 * About whom a request is and who asks, as far as that can be read of one that is wrong elsewhere: its refusal is written
 * down under them, and nothing else is done with it.
 */
export function saidIn(input: unknown): {
  readonly [Field in 'subject' | 'requestedBy']: string | undefined;
} {
  const { subject, requestedBy } = overrideRequestSchema.shape;
  const fields = z.record(z.string(), z.unknown()).safeParse(input).data ?? {};
  return {
    subject: subject.safeParse(fields['subject']).data,
    requestedBy: requestedBy.safeParse(fields['requestedBy']).data,
  };
}

/** The steps of the overrides function, one per task state. */
export const overrideSteps = ['check', 'ask-approval', 'apply', 'refuse'] as const;
export type OverrideStep = (typeof overrideSteps)[number];

/** What every task state of the override machine sends. */
export interface OverrideTask {
  readonly step: OverrideStep;
  readonly execution: string;
  /** As it came: nothing about it is trusted before `check`. */
  readonly request: unknown;
  /** Only for `ask-approval`: answers the waiting state. */
  readonly token?: string;
  /** Only for `apply` after an approval. */
  readonly approval?: Approval;
  /** Only for `refuse`: what a state failed with, or that nobody approved in time. */
  readonly error?: { readonly Error?: string; readonly Cause?: string };
}

/** Answer of `check`; the machine branches on it. */
export interface OverrideCheck {
  readonly accepted: boolean;
  /** Why it is refused, in one sentence; empty where it is accepted. */
  readonly refusal: string;
  readonly needsApproval: boolean;
  readonly approvalSeconds: number;
}

/** Answer of `refuse`: what the execution fails with. */
export interface OverrideRefusal {
  readonly error: string;
  /** One sentence. */
  readonly cause: string;
}

/** What the front door answers a waiting execution with. */
export interface Approval {
  readonly approvedBy: string;
  readonly reason: string;
}

/** Error names that the override machine and the front door share. */
export const overrideErrors = {
  refused: 'OverrideRefused',
  rejected: 'OverrideRejected',
} as const;

/** By which the front door knows an order that is sent again, because its answer was lost. */
export const clientTokenSchema = z
  .string()
  .regex(/^[\w-]{16,80}$/)
  .optional();

/** What approvers send to the front door. */
export const approvalAnswerSchema = z.strictObject({
  action: z.enum(['approve', 'reject']),
  execution: z.string().regex(/^[\w-]{1,80}$/, 'must be the name of an execution of the override machine'),
  reason: text(500),
});
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>;
