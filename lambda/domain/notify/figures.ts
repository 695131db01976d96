import type { Alert } from '../control/alert.ts';
import { formatUsdShort, type NanoUsd } from '../money.ts';
import type { CommandTarget } from './commands.ts';

/** What one model cost lately. */
export interface ModelShare {
  readonly model: string;
  readonly spent: NanoUsd;
}

/** What is known of an alert beside itself, as far as it could be found out. */
export interface AlertBackground {
  /** Of the alert's latest calls on its day, the most expensive model first. Empty: not known. */
  readonly models?: readonly ModelShare[] | undefined;
  /** The deployment that the commands are for. Undefined: none, as in a replay. */
  readonly target?: CommandTarget | undefined;
}

const modelsTold = 3;

/** Share of the limit, in percent with one decimal; 100 where there is no limit to be a share of. */
export const percentOf = ({ spent, limit }: Pick<Alert, 'spent' | 'limit'>): number =>
  limit > 0n ? Number((spent * 1000n) / limit) / 10 : 100;

/** `$4.10 of $5.00 (82 %)`; without a limit what was spent. */
export const spentOf = (alert: Pick<Alert, 'spent' | 'limit'>): string =>
  alert.limit > 0n
    ? `${formatUsdShort(alert.spent)} of ${formatUsdShort(alert.limit)} (${percentOf(alert)} %)`
    : `${formatUsdShort(alert.spent)}, no limit`;

/** The most expensive models of the latest calls, `amazon.nova-pro-v1:0 $3.00, …`; undefined where nothing is known. */
export function driversText(models: readonly ModelShare[] | undefined): string | undefined {
  if (models === undefined || models.length === 0) return undefined;
  const told = models.slice(0, modelsTold).map(({ model, spent }) => `${model} ${formatUsdShort(spent)}`);
  const left = models.length - told.length;
  return [...told, ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

/** Adds up calls by model, the most expensive first. */
export function sharesOf(calls: readonly ModelShare[]): ModelShare[] {
  const sums = new Map<string, NanoUsd>();
  for (const { model, spent } of calls) sums.set(model, (sums.get(model) ?? 0n) + spent);
  return [...sums]
    .map(([model, spent]) => ({ model, spent }))
    .sort((a, b) => (a.spent > b.spent ? -1 : a.spent < b.spent ? 1 : a.model < b.model ? -1 : 1));
}

/** Printable ASCII of at most `longest` characters: SNS refuses other subjects. */
export function asciiText(text: string, longest: number): string {
  const plain = text.replaceAll('…', '...').replace(/[^\x20-\x7e]/g, '?');
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 3)}...`;
}

/** Names come from callers, as far as a model's spelling goes: none may begin a line of its own in a message. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
