import { listPrices } from '../../../../scripts/budgeteer/prices/list-prices.ts';
import { showPrice } from '../../../../scripts/budgeteer/prices/show-price.ts';

const here = { region: 'us-east-1', at: '2026-11-22' };

describe('prices list', () => {
  it('has the models of a name, each with the rates that `prices show` gives', () => {
    const { json } = listPrices('haiku', here);
    expect(json.length).toBeGreaterThan(2);
    for (const { model, rates } of json) {
      const shown = showPrice(model, here).json;
      expect(
        shown.kind === 'priced' && shown.rates.map(({ what, usd, per }) => [what, { usd, per }]),
      ).toEqual(Object.entries(rates));
    }
  });

  it.each([
    ['a Region', { ...here, region: 'us-esat-1' }, 'Did you mean "us-east-1"?'],
    ['a day', { ...here, at: '2026-02-30' }, '--at "2026-02-30" is no date'],
  ])('refuses %s that does not exist, and so does show', (_, where, why) => {
    expect(() => listPrices(undefined, where)).toThrow(why);
    expect(() => showPrice('amazon.nova-pro-v1:0', where)).toThrow(why);
  });

  it('says that no model has such a name', () => {
    expect(() => listPrices('gizmo', here)).toThrow('No model of the price book has "gizmo" in its id');
  });

  it('names the model that was probably meant', () => {
    const { text, exitCode } = showPrice('us.anthropic.claude-haiku-4-5-20251001-v2:0', here);
    expect(text).toContain('Did you mean "anthropic.claude-haiku-4-5-20251001-v1:0"?');
    expect(exitCode).toBe(1);
  });
});
