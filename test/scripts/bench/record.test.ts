import { worseThan } from '../../../scripts/bench/record.ts';

const recorded = { ratios: { parse: 0.5 }, counts: { writes: 100 } };

describe('the bench in the gate', () => {
  it('takes what is within a fifth, or better', () => {
    expect(worseThan(recorded, { ratios: { parse: 0.4 }, counts: { writes: 120 } })).toEqual([]);
    expect(worseThan(recorded, { ratios: { parse: 1 }, counts: { writes: 1 } })).toEqual([]);
  });

  it.each([
    ['a ratio that fell', { ratios: { parse: 0.39 }, counts: {} }, /parse is 0.39, and was 0.5/],
    ['a count that rose', { ratios: {}, counts: { writes: 121 } }, /writes is 121, and was 100/],
    ['a figure that nobody recorded', { ratios: { other: 1 }, counts: {} }, /not in docs\/bench.json/],
  ])('fails on %s', (_case, now, sentence) => {
    expect(worseThan(recorded, now)).toEqual([expect.stringMatching(sentence)]);
  });
});
