import { readFileSync } from 'node:fs';
import type { Settings } from '../../domain/settings.ts';

/** The settings that were written beside the bundle when it was synthesized, and validated then. */
export function deployedSettings(bundleUrl: string): Settings {
  return JSON.parse(readFileSync(new URL('./settings.json', bundleUrl), 'utf8')) as Settings;
}
