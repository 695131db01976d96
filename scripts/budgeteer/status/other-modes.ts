import { modeOf } from '../../../lambda/domain/control/subject.ts';
import type { Settings } from '../../../lambda/domain/settings.ts';

/** Teams whose own mode is another than the stage's. */
export function otherModes(settings: Pick<Settings, 'mode' | 'teams'>): string[] {
  return Object.keys(settings.teams)
    .filter((team) => modeOf(team, undefined, settings) !== settings.mode)
    .sort();
}

/** " Enforced all the same: team/ml." after a sentence about the stage; nothing where all teams follow it. */
export function otherModesText(mode: Settings['mode'], teams: readonly string[]): string {
  if (teams.length === 0) return '';
  return mode === 'enforce'
    ? ` In shadow mode: ${teams.join(', ')}.`
    : ` Enforced all the same: ${teams.join(', ')}.`;
}
