import { type SettingsInput, settingsSchema } from '../../lambda/contracts/settings.ts';
import { buildApp } from '../../lib/budgeteer-app.ts';
import { type SynthesizedAssembly, synthesize } from './assembly/synthesize.ts';
import type { Place } from './assembly/template.ts';

/** The stage that exists only on this machine. */
const stage = 'local';

export interface SynthesizedStage extends SynthesizedAssembly {
  /** Application inference profile ARN → the model or system profile id behind it. */
  readonly profiles: Readonly<Record<string, string>>;
}

/**
 * Synthesizes the product with these settings, exactly as a deployment of them would.
 * @param outdir @default a folder of its own, which `dispose` removes
 */
export function synthesizeStage(settings: SettingsInput, place: Place, outdir?: string): SynthesizedStage {
  const build = (into: string) => buildApp({ stage, settings }, { outdir: into }).app;
  const synthesized = synthesize(build, place, outdir);
  return { ...synthesized, profiles: settingsSchema.parse(settings).profiles };
}

/** `bedrock-budgeteer-local-suspension` → `suspension` */
export const roleOfName = (physicalName: string) => physicalName.split(`-${stage}-`).at(-1) ?? physicalName;
