import type { Anchor } from '../../../lambda/domain/audit-anchor.ts';
import { checkAnchors } from '../../../lambda/domain/audit-anchor.ts';
import { type AuditEntry, chainEntry } from '../../../lambda/domain/audit-chain.ts';
import { AnchorAheadError, anchorChains } from '../../../lambda/use-cases/audit/anchor-chains.ts';

/** A table of chains, and an archive that takes each key once and dies at the `diesAt`th put. */
function world() {
  const chains = new Map<string, AuditEntry[]>();
  const objects = new Map<string, string>();
  let puts = 0;
  const state = { now: new Date('2026-11-23T03:43:00Z'), diesAt: Number.POSITIVE_INFINITY };
  const grow = (subject: string, count: number) => {
    const chain = chains.get(subject) ?? [];
    for (let i = 0; i < count; i += 1) {
      const change = { at: '', action: 'x', actor: '', reason: `${i}`, before: '', after: '' };
      chain.push(chainEntry(subject, chain.length + 1, change, chain.at(-1)));
    }
    chains.set(subject, chain);
  };
  const anchors = (): Anchor[] =>
    [...objects].filter(([key]) => key.startsWith('anchors/')).map(([, text]) => JSON.parse(text));
  const run = () =>
    anchorChains({
      chains: {
        async *subjects() {
          yield* chains.keys();
        },
        entriesFrom: async (subject, version) =>
          (chains.get(subject) ?? []).filter((entry) => entry.version >= version),
      },
      archive: {
        latestAnchor: async () => anchors().at(-1),
        putOnce: async (key, text) => {
          puts += 1;
          if (puts === state.diesAt) throw new Error('died');
          if (objects.has(key)) return false;
          objects.set(key, text);
          return true;
        },
      },
      stage: 'test',
      clock: () => state.now,
      sleep: async () => {},
    });
  return { chains, objects, state, grow, anchors, run };
}

const exportedBy = ({ objects }: ReturnType<typeof world>, anchor: Anchor | undefined) =>
  (anchor?.exported ?? []).flatMap(({ key }) =>
    (objects.get(key) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry),
  );

test('a long history is exported in portions, once', async () => {
  const w = world();
  w.grow('user/alice', 6_000);
  w.grow('user/bob', 2);
  expect(await w.run()).toMatchObject({ anchored: true, subjects: 2, entries: 6_002, broken: [] });
  expect(w.anchors()[0]?.exported.map(({ entries }) => entries)).toEqual([5_000, 1_002]);
  const before = w.objects.size;
  expect(await w.run()).toMatchObject({ anchored: false });
  expect(w.objects.size).toBe(before);

  w.grow('user/bob', 1);
  w.state.now = new Date('2026-11-24T03:43:00Z');
  await w.run();
  expect(exportedBy(w, w.anchors()[1]).map(({ subject, version }) => `${subject} ${version}`)).toEqual([
    'user/bob 3',
  ]);
});

test.each([1, 2, 3])(
  'a run that dies at put %i is made good by the next, whatever came meanwhile',
  async (put) => {
    const w = world();
    w.grow('user/alice', 5_001);
    w.state.diesAt = put;
    await expect(w.run()).rejects.toThrow('died');
    w.grow('user/alice', 1);
    await w.run();
    const [anchor, ...others] = w.anchors();
    expect(others).toEqual([]);
    expect(anchor?.heads['user/alice']?.version).toBe(5_002);
    expect(exportedBy(w, anchor)).toEqual(w.chains.get('user/alice'));
  },
);

test('a chain that is not what it was is reported, exported whole and anchored as it is', async () => {
  const w = world();
  w.grow('user/alice', 3);
  w.grow('user/bob', 3);
  w.grow('user/carol', 1);
  await w.run();
  w.chains.get('user/alice')?.pop();
  w.chains.delete('user/bob');
  w.grow('user/carol', 1);
  w.state.now = new Date('2026-11-24T03:43:00Z');
  expect((await w.run()).broken).toEqual([
    'user/alice: entry 3 was anchored on 2026-11-23, but the chain ends at entry 2: its end was cut off.',
    'user/bob: entry 3 was anchored on 2026-11-23, but the whole chain is gone.',
  ]);
  const [first, second] = w.anchors();
  expect(Object.entries(second?.heads ?? {}).map(([name, { version }]) => `${name} ${version}`)).toEqual([
    'user/alice 2',
    'user/carol 2',
  ]);
  expect(exportedBy(w, second)).toHaveLength(3);
  w.state.now = new Date('2026-11-25T03:43:00Z');
  expect((await w.run()).broken).toEqual([]);
  const days = ['2026-11-23', '2026-11-24', '2026-11-25'];
  const chain = w.anchors().map((anchor, index) => ({ day: days[index] ?? '', anchor }));
  expect(first).toBeDefined();
  expect(checkAnchors(chain, 'test')).toEqual([]);
});

test('an anchor ahead of its day is no reason to stop anchoring in silence', async () => {
  const w = world();
  w.grow('user/alice', 1);
  await w.run();
  w.state.now = new Date('2026-11-20T03:43:00Z');
  await expect(w.run()).rejects.toThrow(AnchorAheadError);
});
