import decisions from './decisions.json' with { type: 'json' };
import type { ListRate } from './list-rate.ts';

interface Decision {
  readonly models: readonly string[];
  readonly regions: readonly string[];
  /** @default all */
  readonly unitClasses?: readonly string[];
  readonly why: string;
}

/** Where the book differs from the list on purpose: docs/decisions/0012-price-book-and-price-list.md. */
const all: readonly Decision[] = decisions;
const everywhere = '*';

/** Why the book says something else than the list on purpose, where that was decided. */
export function decision({
  model,
  region,
  unitClass,
}: Pick<ListRate, 'model' | 'region' | 'unitClass'>): string | undefined {
  const found = all.find(
    ({ models, regions, unitClasses }) =>
      models.includes(model) &&
      (regions.includes(region) || regions.includes(everywhere)) &&
      (unitClasses === undefined || unitClasses.includes(unitClass)),
  );
  return found?.why;
}
