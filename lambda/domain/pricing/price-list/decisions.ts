import decisions from './decisions.json' with { type: 'json' };
import type { ListRate } from './list-rate.ts';

const everywhere = '*';

/** Why the book says something else than the list on purpose, where that was decided. */
export function decision({ model, region }: ListRate): string | undefined {
  const found = decisions.find(
    ({ models, regions }) =>
      models.includes(model) && (regions.includes(region) || regions.includes(everywhere)),
  );
  return found?.why;
}
