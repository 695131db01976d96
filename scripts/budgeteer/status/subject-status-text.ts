import { assertNever } from '../../../lambda/domain/assert-never.ts';
import { formatUsdShort, parseUsd } from '../../../lambda/domain/money.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import type { SubjectStatus } from './subject-status.ts';

const when = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** What is left of the tightest window, and when there is more. Limits of some models are in the table. */
export function leftText({ windows }: Pick<SubjectStatus, 'windows'>): string[] {
  const tightest = Object.entries(windows)
    .filter(([window]) => !window.includes('@'))
    .map(([window, { leftUsd, limitUsd, endsAt }]) => ({
      ...{ window, endsAt, left: parseUsd(leftUsd), limit: parseUsd(limitUsd) },
    }))
    .sort((a, b) => (a.left < b.left ? -1 : a.left > b.left ? 1 : 0))[0];
  if (tightest === undefined) return [];
  const { window, left, limit, endsAt } = tightest;
  const then = `it starts anew at ${when(endsAt)}`;
  return [
    left === 0n
      ? `Nothing is left of ${window}; ${then}.`
      : `${formatUsdShort(left)} of ${formatUsdShort(limit)} are left of ${window}; ${then}.`,
  ];
}

/** What works now, as IAM was last seen to have it; nothing for pools, whose members are held and not they. */
export function worksText({
  subject,
  access,
  stillWorks,
  refused,
}: Pick<SubjectStatus, 'subject' | 'access' | 'stillWorks' | 'refused'>): string[] {
  if (subjectOf(subject).scope !== 'principal') return [];
  switch (access) {
    case 'suspended':
    case 'halted':
      return ['Works now: nothing, Amazon Bedrock refuses every call.'];
    case 'no-premium':
    case 'restricted':
    case 'grace':
      if (stillWorks !== undefined) return [`Still works: ${stillWorks.join(', ')}.`];
      return refused === undefined ? [] : [`Works now: every model but ${refused.join(', ')}.`];
    case 'active':
    case 'exempt':
    case 'unenforceable':
      return ['Works now: every model that its own permissions allow.'];
    // What IAM carries is not known.
    case 'enforcement-failed':
      return [];
    default:
      return assertNever(access);
  }
}
