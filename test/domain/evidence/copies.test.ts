import fc from 'fast-check';
import { contradicts } from '../../../lambda/domain/evidence/copies.ts';
import type { Evidence } from '../../../lambda/domain/evidence/grade.ts';
import type { Usage } from '../../../lambda/domain/metering/invocation.ts';
import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import { requestsChange, upgrade } from '../../../lambda/domain/pricing/repricing.ts';
import { ceiling, entry, priced } from '../../support/entries.ts';

const usage = (input: number, output = 100, more: Partial<Usage> = {}): Usage => ({
  ...{ input, output, cacheRead: 0, cacheWriteUnclassified: 0 },
  cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
  ...more,
});

/** A copy of one record; it costs a nano-dollar for each token that it counts. */
const copy = (evidence: Evidence, tokens: number, overrides: Partial<LedgerEntry> = {}) =>
  entry({
    requestId: 'r',
    evidence,
    usage: usage(tokens, 0),
    charge: evidence === 'disproved' ? { ...priced(0n), quality: 'free' } : priced(BigInt(tokens)),
    ...overrides,
  });

describe('Two copies of one record', () => {
  it.each<[string, Partial<LedgerEntry>, Partial<LedgerEntry>, boolean]>([
    ['with the same counts', { usage: usage(1) }, { usage: usage(1) }, false],
    ['with another input', { usage: usage(1) }, { usage: usage(2) }, true],
    ['with another output', { usage: usage(1, 1) }, { usage: usage(1, 2) }, true],
    ['with another cache read', { usage: usage(1, 1, { cacheRead: 5 }) }, { usage: usage(1, 1) }, true],
    [
      'of which one tells the class of its cache writes',
      { usage: usage(1, 1, { cacheWriteUnclassified: 7 }) },
      { usage: usage(1, 1, { cacheWrite: { '5m': 7, '1h': 0, '30m': 0 } }) },
      false,
    ],
    ['of another model', { modelId: 'amazon.nova-pro-v1:0' }, {}, true],
    ['of which one tells the tier', { tier: 'flex' }, {}, false],
    ['of another tier', { tier: 'flex' }, { tier: 'priority' }, true],
    [
      'of which one counts what AWS counted and the other nothing',
      { usage: usage(1) },
      { usage: undefined },
      true,
    ],
    [
      'of which only one came with a body that counts',
      { usage: usage(1), recordFlags: ['usage-from-body'] },
      { usage: undefined },
      false,
    ],
    [
      'of which one counts in a body and the other in the envelope',
      { usage: usage(1), recordFlags: ['usage-from-body'] },
      { usage: usage(1) },
      true,
    ],
    [
      'of which one does not tell the output',
      { usage: usage(1, 0), recordFlags: ['output-uncounted'] },
      { usage: usage(1, 9) },
      false,
    ],
    ['of which one tells the images', { usage: usage(1, 0, { images: 2 }) }, { usage: usage(1, 0) }, false],
    ['with other images', { usage: usage(1, 0, { images: 2 }) }, { usage: usage(1, 0, { images: 3 }) }, true],
    ['with another profile behind', { behind: 'amazon.nova-pro-v1:0' }, {}, false],
  ])('%s differ: %4$s', (_which, one, other, expected) => {
    expect(contradicts(entry(one), entry(other))).toBe(expected);
  });
});

describe('A copy that says something else of a posted call', () => {
  it.each<[Evidence, number, Evidence, number, bigint | undefined]>([
    ['claim', 1, 'proof', 6_600, 6_600n],
    ['claim', 6_600, 'proof', 1, 1n],
    ['claim', 1, 'claim', 6_600, 6_600n],
    ['claim', 6_600, 'claim', 1, undefined],
    ['proof', 1, 'claim', 6_600, undefined],
    ['proof', 6_600, 'claim', 1, undefined],
    ['disproved', 0, 'claim', 6_600, undefined],
    ['disproved', 0, 'proof', 6_600, 6_600n],
    ['disproved', 0, 'proof', 0, 0n],
  ])('a %s of %d under a %s of %d costs %s', (before, was, now, is, cost) => {
    expect(upgrade(copy(before, was), copy(now, is))?.to.charge.cost).toBe(cost);
  });

  it('is kept as proof, without a pointer to the line that claimed otherwise', () => {
    const { to } = upgrade(copy('claim', 1, { pointer: '42' }), copy('proof', 2)) ?? {};

    expect(to).toMatchObject({ evidence: 'proof', pointer: undefined, usage: { input: 2 } });
  });

  it('costs no write where a proof says the same as a claim', () => {
    expect(upgrade(copy('claim', 7), copy('proof', 7))).toBeUndefined();
  });

  it('is a request again where a proof brings it back', () => {
    const back = upgrade(copy('disproved', 0), copy('proof', 7));

    expect(back && requestsChange(back)).toBe(1);
  });

  it('leaves the windows of one model and joins those of another', () => {
    const windows = (model: string) => ({
      ...{ team: [], account: ['month:2026-11'] },
      principal: ['month:2026-11', `day:2026-11-22@${model}`],
    });
    const posted = copy('claim', 1, {
      modelId: 'a',
      charge: { ...priced(1n), model: 'a' },
      windows: windows('a'),
    });
    const proof = copy('proof', 2, {
      modelId: 'b',
      charge: { ...priced(2n), model: 'b' },
      windows: windows('b'),
    });

    expect(upgrade(posted, proof)?.to.windows).toEqual(windows('b'));
  });

  it('never adds to what Bedrock wrote: a claim tells a proof no counts and no model', () => {
    const proof = copy('proof', 0, { usage: undefined, charge: ceiling(100n) });
    const claim = copy('claim', 1, { recordFlags: ['usage-from-body'] });

    expect(upgrade(proof, claim)).toBeUndefined();
    expect(
      upgrade({ ...proof, usage: usage(1, 0) }, copy('claim', 1, { bodyModel: 'cheap' })),
    ).toBeUndefined();
  });

  it('tells a proof a price that was not known when it was posted', () => {
    const proof = copy('proof', 5, { charge: ceiling(100n) });

    expect(upgrade(proof, copy('claim', 5, { behind: 'x' }))?.to).toMatchObject({
      evidence: 'proof',
      charge: { cost: 5n },
    });
  });
});

describe('After any copies in any order', () => {
  const anyCopy = fc
    .tuple(fc.constantFrom<Evidence>('claim', 'proof'), fc.integer({ min: 0, max: 1_000_000 }))
    .map(([evidence, tokens]) => ({ evidence, tokens }));

  it('a call costs what its proof says, where it has one, else what the most expensive claim does', () => {
    const truth = 77_777;
    fc.assert(
      fc.property(fc.array(anyCopy, { minLength: 1, maxLength: 20, size: 'max' }), (drawn) => {
        // Bedrock writes one thing only.
        const copies = drawn.map(({ evidence, tokens }) =>
          copy(evidence, evidence === 'proof' ? truth : tokens),
        );
        const after = copies.reduce((posted, next) => upgrade(posted, next)?.to ?? posted);
        const claims = drawn.map(({ tokens }) => BigInt(tokens));
        const expected = drawn.some(({ evidence }) => evidence === 'proof')
          ? BigInt(truth)
          : claims.reduce((most, cost) => (cost > most ? cost : most));

        expect(after.charge.cost).toBe(expected);
        for (const again of copies) expect(upgrade(after, again)).toBeUndefined();
      }),
    );
  });
});
