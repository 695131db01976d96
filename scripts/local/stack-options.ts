import type { SettingsInput } from '../../lambda/contracts/settings.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import type { NewJob } from './aws/bedrock-jobs.ts';
import type { KnownProfiles } from './aws/bedrock-profiles-api.ts';
import type { LoggingRegion } from './aws/logging-region.ts';
import type { ListPrices } from './aws/pricing-api.ts';
import type { Chaos } from './chaos.ts';
import type { LocalPrincipal } from './local-principals.ts';

export interface LocalStackOptions {
  readonly settings: SettingsInput;
  /** Where the clock stands at the start. */
  readonly now: Date;
  /** Users and roles that exist from the start, by `user/NAME` or `role/NAME`. */
  readonly principals?: Readonly<Record<string, LocalPrincipal>>;
  /**
   * Application inference profiles that exist in the account, by ARN: what each was copied from. Other than `profiles`
   * in the settings, which only say how to price: these are what the local Bedrock answers when it is asked.
   */
  readonly profiles?: KnownProfiles;
  /** What AWS's price list says, day by day. @default what it said in October 2026 */
  readonly listPrices?: ListPrices;
  /** Batch jobs that run in the account from the start. @default none */
  readonly jobs?: readonly NewJob[];
  /** Bad days; false for an AWS that never stumbles. @default on, from seed 1 */
  readonly chaos?: { readonly seed: number } | Chaos | false;
  /** What the deployment finds in its Region, and what is there once it is gone. @default nothing */
  readonly invocationLogging?: LoggingRegion;
  /** What of that the stage shares. */
  readonly logging?: StageConfigInput['logging'];
  /** @default local */
  readonly stage?: string;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** Whether what log lines claim is proven; lines of files are taken as Bedrock's. @default true */
  readonly proofs?: boolean;
  readonly onProgress?: (sentence: string) => void;
}
