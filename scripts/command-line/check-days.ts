import { InputError } from './input-error.ts';

const most = 3_660;

/** What `--days` was given, as a number. @throws InputError where it counts no days */
export function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 0 && days <= most) return;
  throw new InputError(`--days must be a whole number from 0 to ${most}.`);
}
