import { modelLadder } from '../../../lambda/domain/control/model-limits.ts';
import { matchesModel, modelWindow } from '../../../lambda/domain/control/model-pattern.ts';
import { economyModels } from '../../../lambda/domain/pricing/economy-models.ts';
import { premiumModels } from '../../../lambda/domain/pricing/premium-models.ts';
import { priceBook } from '../../../lambda/domain/pricing/price-book.ts';
import { windowBounds, windowKindOf } from '../../../lambda/domain/windows.ts';

describe('a limit of some models', () => {
  it('is about one model, or about all of a provider', () => {
    expect(matchesModel('anthropic.*', 'anthropic.claude-opus-4-6-v1')).toBe(true);
    expect(matchesModel('anthropic.*', 'anthropicish.model')).toBe(false);
    expect(matchesModel('amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0')).toBe(true);
    expect(matchesModel('amazon.nova-pro-v1:0', 'amazon.nova-pro-v1')).toBe(false);
  });

  it('counts in a window of its own, which turns with the calendar', () => {
    const window = modelWindow('month:2026-11', 'anthropic.*');
    expect(window).toBe('month:2026-11@anthropic.*');
    expect(windowKindOf(window)).toBe('month');
    expect(windowBounds(window, 'UTC').endsAt.toISOString()).toBe('2026-12-01T00:00:00.000Z');
  });

  it('asks for the mildest step that takes all its models away', () => {
    const last = (pattern: string) => modelLadder(pattern, priceBook).at(-1)?.actions;
    const [premium = ''] = premiumModels(priceBook);
    const [economical = ''] = economyModels(priceBook);
    expect(last(premium)).toEqual(['notify', 'no-premium']);
    expect(last(economical)).toEqual(['notify', 'suspend']);
    expect(last('anthropic.*')).toEqual(['notify', 'suspend']);
    expect(last('anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual(['notify', 'restrict']);
  });
});
