import { type SettingsInput, settingsSchema } from '../../lambda/contracts/settings.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import {
  outputFolder,
  readTemplates,
  type SynthesizedAssembly,
  type SynthesizedTemplates,
  synthesizeTemplates,
} from './assembly/synthesize.ts';
import type { DeploymentPlace } from './assembly/template.ts';
import { askSynthesizer, synthesizerUrl } from './synthesizer.ts';

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
 * Synthesizes the product with these settings, exactly as a deployment of them would: in this process, or by the
 * synthesizer that serves it.
 * @throws StageConfigError, UnsupportedTemplateError
 */
export async function synthesizeStage(
  settings: SettingsInput,
  place: DeploymentPlace,
  { outdir, stage = local, logging }: StageOptions = {},
): Promise<SynthesizedStage> {
  const input = { stage, settings, ...(logging && { logging }) };
  const { profiles } = settingsSchema.parse(settings);
  const url = synthesizerUrl();
  if (url !== undefined) {
    const templates = await askSynthesizer(url, input);
    return { assembly: readTemplates(templates, place), profiles, dispose: () => {} };
  }
  const { folder, dispose } = outputFolder(outdir);
  try {
    return { assembly: readTemplates(await synthesizeHere(input, folder), place), profiles, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Loads the CDK, which takes longer than anything else of a start. */
export async function synthesizeHere(input: StageConfigInput, outdir: string): Promise<SynthesizedTemplates> {
  const { buildApp } = await import('../../lib/budgeteer-app.ts');
  return synthesizeTemplates((into) => buildApp(input, { outdir: into }).app, outdir);
}

/** `bedrock-budgeteer-local-suspension` → `suspension` */
export const roleOfName = (physicalName: string, stage = local) =>
  physicalName.split(`-${stage}-`).at(-1) ?? physicalName;
