import { type NanoUsd, parseUsd } from '../money.ts';
import { subjectOf } from '../subject.ts';
import type { OverrideRequest } from './override-request.ts';

/** What a request is judged by, beside its own text. */
export interface OverrideFacts {
  readonly now: Date;
  /** Windows that the subject's budget limits; undefined where the subject is not known. */
  readonly limited: readonly string[] | undefined;
  readonly breakGlass: boolean;
  /** False in shadow mode: nobody is held. */
  readonly enforces: boolean;
  /** Extensions of the subject that are in force. */
  readonly extensions: number;
}

/** So many extensions of one subject at a time: more is a budget to be set. */
export const mostExtensions = 20;

/** Stops or gives nobody money: always about the account. */
const accountOnly: ReadonlySet<OverrideRequest['action']> = new Set(['halt', 'resume', 'pause', 'unpause']);
const needsAmount: ReadonlySet<OverrideRequest['action']> = new Set(['extend', 'set-limit']);
const needsExpiry: ReadonlySet<OverrideRequest['action']> = new Set(['extend', 'exempt', 'restore']);
const takesExpiry: ReadonlySet<OverrideRequest['action']> = new Set([
  ...needsExpiry,
  ...(['suspend', 'set-limit', 'halt', 'resume'] as const),
]);

/** Why a request cannot be followed, in one sentence; undefined where it can. */
export function refusalOf(request: OverrideRequest, facts: OverrideFacts): string | undefined {
  const { action, subject, expiresAt, window } = request;
  const scope = subjectOf(subject).scope;
  if (accountOnly.has(action) && scope !== 'account') {
    return `"${action}" is about the whole account, not about ${subject}: leave the subject out, or name "account".`;
  }
  if (facts.limited === undefined) {
    return `${subject} has no budget here: name a principal (user/NAME, role/NAME), a configured team or "account".`;
  }
  if (scope === 'account' && (action === 'suspend' || action === 'restore' || action === 'exempt')) {
    const instead = action === 'suspend' ? 'halt' : 'resume';
    return `"${action}" is for principals and teams: for the account write "${instead}".`;
  }
  if (scope === 'team' && action === 'exempt') {
    return `"exempt" is for principals: for ${subject} raise the pool with "extend", or "restore" it.`;
  }
  if (facts.breakGlass && action === 'suspend') {
    return `${subject} is a break-glass principal, which is never touched: take it out of breakGlass and deploy first.`;
  }
  if (!facts.enforces && (action === 'suspend' || action === 'halt')) {
    return `In shadow mode nothing of ${subject} is stopped: deploy it with mode "enforce", or attach the deny by hand.`;
  }
  if (action === 'extend' && facts.extensions >= mostExtensions) {
    return `${subject} has ${facts.extensions} extensions in force, and no more can be added: use "set-limit".`;
  }
  const incomplete = incompleteness(request, { amount: 'amountUsd', expiry: 'expiresAt' });
  if (incomplete !== undefined) return incomplete;
  if (needsAmount.has(action) && !facts.limited.includes(window)) {
    return `The budget of ${subject} has no limit for a ${window}: name one of ${facts.limited.join(', ')}.`;
  }
  if (expiresAt !== undefined && Date.parse(expiresAt) <= facts.now.getTime()) {
    return `expiresAt ${expiresAt} is over: it is ${facts.now.toISOString()}.`;
  }
  return undefined;
}

/**
 * What an order lacks or has too much, in one sentence; undefined where it is complete.
 * @param names how whoever asks calls an amount and an expiry: fields of the request, or options of a command
 */
export function incompleteness(
  { action, amountUsd, expiresAt }: Pick<OverrideRequest, 'action' | 'amountUsd' | 'expiresAt'>,
  names: { readonly amount: string; readonly expiry: string },
): string | undefined {
  if (needsAmount.has(action) !== (amountUsd !== undefined)) {
    return needsAmount.has(action)
      ? `"${action}" needs ${names.amount}, for example "25.00".`
      : `"${action}" takes no ${names.amount}: leave it out.`;
  }
  if (needsExpiry.has(action) && expiresAt === undefined) {
    return `"${action}" needs ${names.expiry}, for example "2026-12-01T00:00:00Z": what nobody ends would last for ever.`;
  }
  return expiresAt !== undefined && !takesExpiry.has(action)
    ? `"${action}" takes no ${names.expiry}: leave it out.`
    : undefined;
}

export interface ApprovalRule {
  /** Raises by more than this, in one order, need a second person; undefined: none does. */
  readonly aboveUsd?: string | undefined;
}

/**
 * Whether a second person has to agree: where the order gives away more than the configured amount, or has no amount to
 * tell (an exemption, a restore, a resume) while there is such a rule.
 * @param raise what the order, with earlier ones that nobody approved, would add to the limit; undefined where it lifts
 * the limit altogether
 */
export function needsApproval(
  { action }: OverrideRequest,
  raise: NanoUsd | undefined,
  { aboveUsd }: ApprovalRule,
): boolean {
  if (aboveUsd === undefined) return false;
  switch (action) {
    case 'extend':
    case 'set-limit':
    case 'exempt':
    case 'restore':
    case 'resume':
      return raise === undefined || raise > parseUsd(aboveUsd);
    default:
      // Stopping never waits for anyone.
      return false;
  }
}
