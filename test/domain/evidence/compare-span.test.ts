import fc from 'fast-check';
import { compareSpan } from '../../../lambda/domain/evidence/compare-span.ts';
import { type Counted, countedModels, nothingCounted } from '../../../lambda/domain/evidence/counted.ts';
import type { Evidence } from '../../../lambda/domain/evidence/grade.ts';
import type { LedgerEntry } from '../../../lambda/domain/metering/ledger-entry.ts';
import { evidenceOf, upgrade } from '../../../lambda/domain/pricing/repricing.ts';
import { entry, priced } from '../../support/entries.ts';

const modelOf = ({ modelId }: Pick<LedgerEntry, 'modelId'>) => modelId;
const nova = 'amazon.nova-lite-v1:0';

/** A call of `input` tokens at a nano-dollar each. */
const call = (requestId: string, evidence: Evidence, input: number): LedgerEntry =>
  entry({
    requestId,
    evidence,
    key: { pk: 'p', sk: requestId },
    usage: {
      input,
      output: 0,
      cacheRead: 0,
      cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
      cacheWriteUnclassified: 0,
    },
    charge: priced(BigInt(input)),
  });

const counting = (calls: number, input: number): Counted => ({ ...nothingCounted, calls, input });
const ids = (entries: readonly Pick<LedgerEntry, 'key'>[]) => entries.map(({ key }) => key.sk);
const facts = (
  posted: readonly LedgerEntry[],
  written: readonly LedgerEntry[],
  counted: Counted | undefined,
  whole = true,
) => ({ posted, written, modelOf, whole, counted: new Map(counted ? [[nova, counted]] : []) });

describe('An hour is held against what Bedrock wrote and AWS counted:', () => {
  it('what Bedrock alone has is posted', () => {
    const { bring, proven } = compareSpan(facts([], [call('a', 'proof', 5)], counting(1, 5)));

    expect([ids(bring), proven]).toEqual([['a'], true]);
  });

  it('a claim with a copy that says the same needs nothing', () => {
    const verdict = compareSpan(facts([call('a', 'claim', 5)], [call('a', 'proof', 5)], counting(1, 5)));

    expect(verdict).toEqual({
      bring: [],
      disprove: [],
      stand: [],
      conflicts: 0,
      proven: true,
      why: undefined,
    });
  });

  it('a claim whose copy says something else is corrected by it', () => {
    const verdict = compareSpan(facts([call('a', 'claim', 1)], [call('a', 'proof', 99)], counting(1, 99)));

    expect(ids(verdict.bring)).toEqual(['a']);
    expect(verdict.conflicts).toBe(1);
  });

  it.each<[string, Counted | undefined, boolean, string[]]>([
    ['nothing of it was counted', counting(1, 5), true, ['forged']],
    ['as much is missing as it claims', counting(2, 1005), true, []],
    ['less is missing than it claims', counting(2, 905), true, ['forged']],
    ['an object is damaged', counting(1, 5), false, []],
  ])('a claim without a copy, where %s', (_where, counted, whole, falls) => {
    const written = counted === undefined ? [] : [call('a', 'proof', 5)];
    const posted = [...(counted === undefined ? [] : [call('a', 'claim', 5)]), call('forged', 'claim', 1000)];
    const { disprove, stand, proven } = compareSpan(facts(posted, written, counted, whole));

    expect(ids(disprove.map(({ to }) => to))).toEqual(falls);
    expect(ids(stand)).toEqual(falls.length > 0 ? [] : ['forged']);
    expect(proven).toBe(falls.length > 0);
  });

  it.each<[string, Record<string, Counted>, string[], string | undefined]>([
    ['the Region shows no metric at all: that is silence, not zero', {}, [], 'silent'],
    [
      'it shows metrics of other models alone: nothing was called',
      { other: counting(0, 0) },
      ['forged'],
      undefined,
    ],
    ['calls were counted under a name that nobody knows', { other: counting(3, 5000) }, [], 'behind'],
    [
      'they are counted under such a name, and too small for it',
      { other: counting(3, 500) },
      ['forged'],
      undefined,
    ],
  ])('a claim in an hour without objects, where %s', (_where, counters, falls, open) => {
    const { disprove, why } = compareSpan({
      ...facts([call('forged', 'claim', 1000)], [], undefined),
      counted: new Map(Object.entries(counters)),
    });

    expect([ids(disprove.map(({ to }) => to)), why]).toEqual([falls, open]);
  });

  it('says which witness could not be read', () => {
    const unread = facts([call('forged', 'claim', 1000)], [], counting(0, 0), false);

    expect(compareSpan(unread).why).toBe('objects-unreadable');
    expect(compareSpan({ ...unread, whole: true, counted: undefined }).why).toBe('counters-unreadable');
  });

  it('no claim falls where counters cannot be read', () => {
    const { disprove, proven } = compareSpan({
      ...facts([call('forged', 'claim', 1000)], [], undefined),
      counted: undefined,
    });

    expect([disprove, proven]).toEqual([[], false]);
  });

  it('no claim falls where Bedrock wrote of a model that no counter knows', () => {
    const { disprove } = compareSpan(
      facts([call('a', 'claim', 5), call('late', 'claim', 9)], [call('a', 'proof', 5)], undefined),
    );

    expect(disprove).toEqual([]);
  });

  it('what falls costs nothing, says what it was, and does not fall again', () => {
    const [fall] = compareSpan(facts([call('forged', 'claim', 1000)], [], counting(0, 0))).disprove;
    if (fall === undefined) throw new Error('Nothing fell.');

    expect(fall.to).toMatchObject({
      evidence: 'disproved',
      charge: { cost: 0n },
      repricedFrom: { cost: 1000n },
    });
    expect(compareSpan(facts([fall.to], [], undefined))).toMatchObject({
      disprove: [],
      stand: [],
      proven: true,
    });
  });
});

describe('For true, forged, copied, altered and late lines in any mix,', () => {
  const line = fc.record({
    kind: fc.constantFrom('true', 'altered', 'unseen', 'forged', 'late'),
    input: fc.integer({ min: 1, max: 100_000 }),
    wrong: fc.integer({ min: 1, max: 10_000_000 }),
  });
  const lines = fc.array(line, { maxLength: 60, size: 'max' });

  /** The ledger after all that can be done. */
  function settled(
    posted: readonly LedgerEntry[],
    written: readonly LedgerEntry[],
    counted: Counted | undefined,
  ) {
    const { bring, disprove } = compareSpan(facts(posted, written, counted));
    const after = new Map(posted.map((each) => [each.requestId, each]));
    for (const { to } of disprove) after.set(to.requestId, to);
    for (const copy of written.filter((each) => bring.includes(each))) {
      const entry = after.get(copy.requestId);
      after.set(copy.requestId, entry === undefined ? copy : (upgrade(entry, copy)?.to ?? entry));
    }
    return [...after.values()];
  }
  const sum = (entries: readonly LedgerEntry[]) =>
    entries.reduce((total, { charge }) => total + charge.cost, 0n);

  it('nothing true is taken back while objects are late, and in the end it is what Bedrock wrote', () => {
    fc.assert(
      fc.property(lines, (drawn) => {
        const named = drawn.map((each, index) => ({ ...each, id: `r${index}` }));
        const real = named.filter(({ kind }) => kind !== 'forged');
        const bedrock = real.map(({ id, input }) => call(id, 'proof', input));
        const inTime = bedrock.filter((_, index) => real[index]?.kind !== 'late');
        const claims = named
          .filter(({ kind }) => kind !== 'unseen')
          .map(({ id, kind, input, wrong }) =>
            call(id, 'claim', kind === 'altered' || kind === 'forged' ? wrong : input),
          );
        const counted = countedModels(bedrock, modelOf).get(nova) ?? counting(0, 0);
        const early = settled(claims, inTime, counted);

        const missing = real.filter(({ kind }) => kind === 'late').map(({ input }) => input);
        const all = real.reduce((total, { input }) => total + input, 0);
        const behind = missing.reduce((total, input) => total + input, 0) > 0.002 * all;
        const taken = early
          .filter((each) => evidenceOf(each) === 'disproved')
          .map(({ requestId }) => requestId);
        if (behind) expect(real.filter(({ id }) => taken.includes(id))).toEqual([]);

        const last = settled(early, bedrock, counted);
        expect(sum(last)).toBe(sum(bedrock));
        expect(settled(last, bedrock, counted)).toEqual(last);
      }),
    );
  });
});
