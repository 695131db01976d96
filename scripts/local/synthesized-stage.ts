import { type SettingsInput, settingsSchema } from '../../lambda/contracts/settings.ts';
import { buildApp } from '../../lib/budgeteer-app.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import { type SynthesizedAssembly, synthesize } from './assembly/synthesize.ts';
import type { Place } from './assembly/template.ts';

/** The stage that exists only on this machine. */
const local = 'local';

export interface SynthesizedStage extends SynthesizedAssembly {
  /** Application inference profile ARN → the model or system profile id behind it. */
  readonly profiles: Readonly<Record<string, string>>;
}

export interface StageOptions {
  /** @default a folder of its own, which `dispose` removes */
  readonly outdir?: string;
  /** @default local */
  readonly stage?: string;
  /** What of the account's logging the stage shares. */
  readonly logging?: StageConfigInput['logging'];
}

/**
 * Synthesizes the product with these settings, exactly as a deployment of them would.
 */
export function synthesizeStage(
  settings: SettingsInput,
  place: Place,
  { outdir, stage = local, logging }: StageOptions = {},
): SynthesizedStage {
  const input = { stage, settings, ...(logging && { logging }) };
  const build = (into: string) => buildApp(input, { outdir: into }).app;
  const synthesized = synthesize(build, place, outdir);
  return { ...synthesized, profiles: settingsSchema.parse(settings).profiles };
}

/** `bedrock-budgeteer-local-suspension` → `suspension` */
export const roleOfName = (physicalName: string, stage = local) =>
  physicalName.split(`-${stage}-`).at(-1) ?? physicalName;
