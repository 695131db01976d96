import { windowBounds, windowIdAt } from '../../../lambda/domain/windows.ts';
import { type Period, type PeriodOptions, readPeriod } from '../../command-line/period.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** The period that an operator names; an end that is left out is that of the stage's month. @throws InputError */
export function thisMonth(options: PeriodOptions, { settings, clock }: Deployment): Period {
  const { timeZone } = settings;
  const month = windowBounds(windowIdAt('month', clock(), timeZone), timeZone);
  return readPeriod(options, { from: month.startsAt.toISOString(), to: month.endsAt.toISOString() });
}
