import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { reportsSchema } from '../../lambda/contracts/report-settings.ts';
import { refuseShortPools, settingsFields } from '../../lambda/contracts/settings.ts';
import type { Settings } from '../../lambda/domain/settings.ts';
import { configSentences } from '../../lib/config-error.ts';
import { InputError } from './input-error.ts';

/**
 * A stage's settings, except that a run on a laptop enforces unless it is told otherwise, since nobody can be hurt, reads
 * IAM again once a day for whoever is held, because nobody changes it unseen here, and sends no reports.
 */
export const runConfigSchema = settingsFields
  .extend({
    mode: z.enum(['enforce', 'shadow']).default('enforce'),
    reconcileMinutes: settingsFields.shape.reconcileMinutes.removeDefault().default(1_440),
    reports: reportsSchema.prefault({ daily: false, weekly: false }),
  })
  .superRefine(refuseShortPools);

/** Checks `input` strictly. @throws InputError with one sentence a wrong field, each starting with `where` */
export function checked<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const sentences = configSentences(schema, input, result.error);
  throw new InputError(sentences.map((line) => `${where}: ${line.replace(/^The stage\b/, 'It')}`).join('\n'));
}

/** What a YAML or JSON file holds. @throws InputError where it is neither */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`The file ${path} cannot be read (${(error as Error).message}): check its name.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // YAML has JSON in it, but takes its time over large files.
  }
  try {
    return parseYaml(text, { maxAliasCount: 100 });
  } catch (error) {
    const [what] = (error as Error).message.split('\n');
    throw new InputError(`The file ${path} is neither YAML nor JSON (${what}): correct it.`);
  }
}

/** Budgets for a run over logs: the same object as a scenario's `config`. @throws InputError */
export function readConfig(path: string | undefined): Settings {
  return path === undefined ? runConfigSchema.parse({}) : checked(runConfigSchema, readJson(path), path);
}
