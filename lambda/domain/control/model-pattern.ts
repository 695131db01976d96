/** Models that a limit inside a budget is about: one of the price book, or all of a provider as `anthropic.*`. */
export type ModelPattern = string;

/** Id of the window in which a limit of some models counts: `month:2026-11@anthropic.*`. */
export const modelWindow = (window: string, pattern: ModelPattern): string => `${window}@${pattern}`;

/** Whether a call of `model`, as the price book names it, counts against the limit of `pattern`. */
export function matchesModel(pattern: ModelPattern, model: string): boolean {
  return pattern.endsWith('.*') ? model.startsWith(pattern.slice(0, -1)) : model === pattern;
}
