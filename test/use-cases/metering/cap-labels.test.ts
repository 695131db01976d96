import fc from 'fast-check';
import { capLabels } from '../../../lambda/use-cases/metering/cap-labels.ts';
import { MemoryLabelValues } from '../../../scripts/budgeteer/replay/memory-label-values.ts';
import { call } from '../../domain/pricing/invocation-builder.ts';

const clock = () => new Date('2026-11-22T12:00:00Z');
const labelled = (labels: Readonly<Record<string, string>>) => call({ labels });

describe('labels', () => {
  it('keep the first values of each key, and count the rest together', async () => {
    const deps = { settings: { labelValues: 2 }, clock, labelValues: new MemoryLabelValues() };
    const calls = ['chat', 'search', 'spam', 'chat'].map((app) => labelled({ app, tenant: 'acme' }));

    expect(await capLabels([...calls, call()], deps)).toEqual([
      { app: 'chat', tenant: 'acme' },
      { app: 'search', tenant: 'acme' },
      { app: '(other)', tenant: 'acme' },
      { app: 'chat', tenant: 'acme' },
      undefined,
    ]);
    expect(await capLabels([labelled({ app: 'later' }), labelled({ app: 'search' })], deps)).toEqual([
      { app: '(other)' },
      { app: 'search' },
    ]);
  });

  it('are kept as they are where nobody counts', async () => {
    expect(await capLabels([labelled({ app: 'chat' })], { settings: { labelValues: 1 }, clock })).toEqual([
      { app: 'chat' },
    ]);
  });

  it('never have more values than that, and lose no key, whatever callers write', async () => {
    const labels = fc.dictionary(fc.constantFrom('app', 'tenant', '__proto__'), fc.string({ minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(labels), fc.integer({ min: 1, max: 3 }), async (given, most) => {
        const deps = { settings: { labelValues: most }, clock, labelValues: new MemoryLabelValues() };
        const capped = await capLabels(given.map(labelled), deps);

        expect(capped.map((each) => Object.keys(each ?? {}))).toEqual(given.map((each) => Object.keys(each)));
        for (const key of ['app', 'tenant', '__proto__']) {
          const values = capped.flatMap((each) => (Object.hasOwn(each ?? {}, key) ? [each?.[key]] : []));
          expect(new Set(values.filter((value) => value !== '(other)')).size).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
