import fc from 'fast-check';
import type { LedgerEntry, PriceQuality } from '../../../lambda/domain/metering/ledger-entry.ts';
import { createPriceBook, priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import {
  balanceChange,
  bestInformed,
  counted,
  repriced,
  upgrade,
} from '../../../lambda/domain/pricing/repricing.ts';
import { ceiling, entry, priced } from '../../support/entries.ts';
import { usageOf } from './invocation-builder.ts';

const of = (quality: PriceQuality, overrides: Partial<LedgerEntry> = {}) =>
  entry({ requestId: 'r', charge: { ...priced(10n), quality }, ...overrides });

describe('A copy of a posted call', () => {
  it.each<[PriceQuality, PriceQuality, boolean]>([
    ['ceiling', 'assumed', true],
    ['ceiling', 'priced', true],
    ['ceiling', 'free', true],
    ['assumed', 'priced', true],
    ['ceiling', 'ceiling', false],
    ['assumed', 'ceiling', false],
    ['priced', 'ceiling', false],
    ['priced', 'assumed', false],
    ['priced', 'priced', false],
    // What a guardrail blocked is free although another copy, without its body, does not tell.
    ['free', 'priced', false],
    ['assumed', 'free', false],
  ])('from %s to %s is an upgrade: %s', (before, after, expected) => {
    expect(upgrade(of(before), of(after)) !== undefined).toBe(expected);
  });

  it('that has counts where there were none is one, also at a ceiling', () => {
    const uncounted = of('ceiling', { usage: undefined });

    expect(upgrade(uncounted, of('ceiling'))?.to.usage).toBeDefined();
    expect(upgrade(of('ceiling'), uncounted)).toBeUndefined();
  });

  it('that alone tells the tier is one, once: the price is of the tier that served', () => {
    const flex = of('priced', { tier: 'flex', charge: priced(5n) });
    const { to } = upgrade(of('priced'), flex) ?? {};

    expect(to).toMatchObject({ tier: 'flex', charge: { cost: 5n }, repricedFrom: { cost: 10n } });
    expect(upgrade(flex, of('priced'))).toBeUndefined();
    expect(upgrade(flex, of('priced', { tier: 'priority', charge: priced(17n) }))).toBeUndefined();
    expect(upgrade(of('assumed'), flex)?.to.tier).toBe('flex');
    expect(upgrade(of('priced'), of('assumed', { tier: 'flex' }))).toBeUndefined();
  });

  it.each<[string, Partial<LedgerEntry>]>([
    ['the parts of its usage', { recordFlags: ['usage-from-parts'] }],
    ['a search inside the call', { usage: usageOf({ input: 5, tools: { nova_grounding: 1 } }) }],
  ])('that alone shows %s is one, once, and only where that costs more', (_, proof) => {
    const shown = of('priced', { ...proof, charge: priced(40n) });

    expect(upgrade(of('priced'), shown)?.to.charge.cost).toBe(40n);
    expect(upgrade(shown, of('priced', { tier: 'flex', charge: priced(5n) }))).toBeUndefined();
    expect(upgrade(of('priced'), of('priced', { ...proof, charge: priced(9n) }))).toBeUndefined();
  });

  it('never changes who pays, in which windows, nor who brought it first', () => {
    const posted = of('ceiling', { team: 'team/a', delivery: 'first' });
    const copy = of('priced', { team: 'team/b', delivery: 'second', principal: 'user/mallory' });
    const { to } = upgrade(posted, copy) ?? {};

    expect(to).toMatchObject({ team: 'team/a', delivery: 'first', principal: 'user/alice' });
    expect(to?.repricedFrom).toEqual({ cost: 10n, quality: 'ceiling', book: 'test' });
  });

  it('is not better than what it made', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            quality: fc.constantFrom<PriceQuality>('ceiling', 'assumed', 'priced', 'free'),
            tier: fc.constantFrom('flex', 'priority', undefined),
            parts: fc.boolean(),
          }),
          { minLength: 1 },
        ),
        (told) => {
          const copies = told.map(({ quality, tier, parts }) =>
            of(quality, {
              tier,
              recordFlags: parts ? ['usage-from-parts'] : [],
              charge: { ...priced((tier === undefined ? 10n : 5n) * (parts ? 4n : 1n)), quality },
            }),
          ) as [LedgerEntry, ...LedgerEntry[]];
          const best = bestInformed(copies);
          const after = copies.reduce((posted, copy) => upgrade(posted, copy)?.to ?? posted);
          expect(after.charge.quality).toBe(best.charge.quality);
          for (const copy of copies) expect(upgrade(after, copy)).toBeUndefined();
        },
      ),
    );
  });
});

describe('A price that becomes known', () => {
  const older = createPriceBook(
    'older',
    priceBook.models.filter(({ id }) => !id.includes('nova')),
  );
  const posted = entry({ charge: ceiling(9_000n) });

  it('takes the place of a ceiling, by what the ledger keeps of the call', () => {
    // 1000 tokens of input at 60 nano-USD, 100 of output at 240.
    expect(repriced(posted, { profiles: {} })?.to.charge).toMatchObject({
      cost: 84_000n,
      quality: 'priced',
      book: priceBook.version,
    });
  });

  it('is not made up: what the book does not know, or whose counts are missing, stays as it is', () => {
    expect(repriced(posted, { profiles: {} }, older)).toBeUndefined();
    expect(repriced({ ...posted, usage: undefined }, { profiles: {} })).toBeUndefined();
    expect(repriced({ ...posted, recordFlags: ['output-uncounted'] }, { profiles: {} })).toBeUndefined();
  });

  it('leaves alone what had one', () => {
    expect(repriced(entry({ charge: priced(1n) }), { profiles: {} })).toBeUndefined();
    expect(repriced(of('assumed'), { profiles: {} })).toBeUndefined();
  });
});

it('moves from one counter to the other exactly what the entry counts there', () => {
  const change = { from: entry({ charge: ceiling(9_000n) }), to: entry({ charge: priced(84n) }) };

  expect(balanceChange(change)).toEqual({ spent: 84n, ceiling: -9_000n, held: 0n });
  expect(counted(change.from)).toEqual({ spent: 0n, ceiling: 9_000n, held: 0n });
});
