import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Message } from '../../../lambda/use-cases/ports/messages.ts';
import type { PriceListCheck } from '../../../lambda/use-cases/ports/upkeep.ts';
import { checkPriceList, EmptyPriceListError } from '../../../lambda/use-cases/prices/check-price-list.ts';
import { listing, nova, pair, product } from '../../domain/pricing/price-list/product-builder.ts';

/** A deployment that is asked day after day. */
class Days {
  readonly told: Message[] = [];
  look: PriceListCheck | undefined;
  topicIsDown = false;
  #day: number;
  readonly #month: string;
  readonly #priceUpkeep: 'report' | 'confirm';

  constructor(priceUpkeep: 'report' | 'confirm' = 'report', month = '2026-10-') {
    this.#priceUpkeep = priceUpkeep;
    this.#month = month;
    this.#day = month.endsWith('0') ? 6 : 22;
  }

  async next(products: readonly unknown[]) {
    const at = new Date(`${this.#month}${this.#day++}T05:17:00Z`);
    return checkPriceList({
      priceList: {
        async *products() {
          yield* products.map((each) => JSON.stringify(each));
        },
      },
      checks: {
        last: async () => this.look,
        save: async (look) => {
          this.look = look;
        },
      },
      publisher: {
        publish: async (message) => {
          if (this.topicIsDown) throw new Error('The topic refuses.');
          this.told.push(message);
        },
      },
      settings: { priceUpkeep: this.#priceUpkeep },
      clock: () => at,
    });
  }
}

const agreeing = pair('eu-west-1', '0.374', '3.157');
const higher = pair('eu-west-1', '0.408', '3.157');
const unknown = listing('Claude Nimbus 9', 'InputTokenCount', '3');

describe('The daily look at the price list', () => {
  it('confirms what agrees, and tells nobody', async () => {
    const days = new Days();

    expect(await days.next(agreeing)).toEqual({ agreed: 2, differ: 0, missing: 0, reported: false });
    expect(days.told).toEqual([]);
    expect(days.look).toEqual({ at: '2026-10-22T05:17:00.000Z', reported: undefined, confirmed: {} });
  });

  it('tells once that a price ends, and again when it has ended', async () => {
    const days = new Days('report', '2026-11-0');

    const reported: boolean[] = [];
    for (let day = 6; day < 10; day++) reported.push((await days.next(agreeing)).reported);

    // The announced end of 21 November is two weeks off on the 7th.
    expect(reported).toEqual([false, true, false, false]);
    expect(days.told[0]?.subject).toContain('3 ending');
    expect(days.told[0]?.body).toContain(
      'openai.gpt-5.6-sol, regional in *: announced through 2026-11-21 at least; nobody said what holds then',
    );
    const after = new Days('report', '2026-11-');
    after.look = days.look;
    expect((await after.next(agreeing)).reported).toBe(true);
    expect(after.told[0]?.body).toContain('that day has passed, and it is charged on');
  });

  it('tells a price of a known model that no rule reads, the row of each Region once', async () => {
    const days = new Days();
    const minutes = ['USE1', 'EUC1'].map((region) =>
      product({ usageType: `${region}-NovaLite-input-video-minutes` }),
    );

    expect(await days.next([...agreeing, ...minutes])).toMatchObject({ reported: true });
    expect(days.told[0]?.body.match(/NovaLite-input-video-minutes: No rule reads/g)).toHaveLength(1);
    expect(await days.next([...agreeing, ...minutes])).toMatchObject({ reported: false });
  });

  it('tells a difference once, with both prices and what to do', async () => {
    const days = new Days();

    expect(await days.next(higher)).toMatchObject({ differ: 1, reported: true });
    expect(await days.next([...higher].reverse())).toMatchObject({ differ: 1, reported: false });
    expect(days.told).toHaveLength(1);
    const [{ subject, body } = { subject: '', body: '' }] = days.told;
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(body).toMatch(/amazon\.nova\S+ eu-west-1 regional input: 0\.374 -> 0\.408/);
    expect(body).toContain('Nothing was changed');
    expect(body).toContain('The price list says something else');
  });

  it('tells again when the findings change, and when they return', async () => {
    const days = new Days();
    const both = [...higher, unknown];
    const reported = [];
    for (const list of [higher, both, both, agreeing, agreeing, higher]) {
      reported.push((await days.next(list)).reported);
    }

    expect(reported).toEqual([true, true, false, false, false, true]);
    expect(days.told[1]?.body).toContain('Claude Nimbus 9');
  });

  it('tells of what is impossible: a cache read that costs more than the input', async () => {
    const days = new Days();
    await days.next([...agreeing, nova('eu-west-1', 'cache-read-input-token-count', '0.9')]);

    expect(days.told[0]?.subject).toContain('1 impossible');
    expect(days.told[0]?.body).toContain('a cache read is not cheaper than input');
  });

  it('tells twice rather than never where the message did not go out', async () => {
    const days = new Days();
    days.topicIsDown = true;
    await expect(days.next(higher)).rejects.toThrow('The topic refuses.');
    expect(days.look).toBeUndefined();

    days.topicIsDown = false;
    expect((await days.next(higher)).reported).toBe(true);
  });

  it('fails where no price can be read, because silence would look like agreement', async () => {
    await expect(new Days().next([])).rejects.toThrow(EmptyPriceListError);
    await expect(new Days().next([product({ usageType: 'something-new' })])).rejects.toThrow(
      EmptyPriceListError,
    );
  });

  it('notes the day of each confirmation where the stage wants that, and keeps older ones', async () => {
    const days = new Days('confirm');
    await days.next(agreeing);
    const [name = ''] = Object.keys(days.look?.confirmed ?? {});
    await days.next([product(), product({ usageType: 'USE1-NovaLite-output-tokens', usd: '0.0002400000' })]);

    expect(name).toMatch(/^amazon\.nova\S+ regional standard$/);
    expect(days.look?.confirmed).toEqual({
      [name]: '2026-10-22',
      'amazon.nova-lite-v1:0 regional standard': '2026-10-23',
    });
  });

  it('only tells unless a stage says otherwise', () => {
    expect(settingsSchema.parse({ mode: 'shadow' }).priceUpkeep).toBe('report');
    expect(() => settingsSchema.parse({ mode: 'shadow', priceUpkeep: 'apply' })).toThrow();
  });
});
