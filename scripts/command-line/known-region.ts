import { isKnownRegion, knownRegions } from '../../lib/regions/region-choices.ts';
import { didYouMean } from '../../lib/shared/did-you-mean.ts';
import { InputError } from './input-error.ts';

/** @throws InputError for what is no Region, or none that AWS's validator knows */
export function checkRegion(region: string, option: string): void {
  if (isKnownRegion(region)) return;
  throw new InputError(
    `${option} "${region}" is no Region of AWS that is known here.${didYouMean(region, knownRegions)}`,
  );
}
