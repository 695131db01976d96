import { planHalt } from '../budgeteer/halt/plan-halt.ts';
import { textTable } from '../command-line/text-table.ts';

const populations = [100, 1_000, 10_000];
const paces = [3, 5];
/** How unlike the principals' burn rates are: the k-th spender burns 1 / k^skew of the first. */
const skews = [
  { name: 'all alike', skew: 0 },
  { name: 'mild (1/k)', skew: 1 },
  { name: 'usual (1/k^1.5)', skew: 1.5 },
  { name: 'runaway (1/k^2)', skew: 2 },
];
const topRate = 1_000_000_000_000;

/** How long a halt takes until it denies a share of the burn rate: arithmetic, the same on any machine. */
export function measureEmergency(): string {
  return paces.map(atPace).join('\n\n');
}

function atPace(pace: number): string {
  const head = [
    ...['principals', 'burn rates', '95 % denied after', 'changes until then'],
    ...['denied after 10 s', '60 s', 'all'],
  ];
  const rows: (string | number)[][] = [];
  for (const population of populations) {
    for (const { name, skew } of skews) {
      const principals = Array.from({ length: population }, (_, index) => ({
        subject: `user/${index}`,
        perMinute: BigInt(Math.round(topRate / (index + 1) ** skew)),
      }));
      const plan = planHalt(principals, pace);
      const until = plan.secondsUntil(0.95) ?? 0;
      const percent = (seconds: number) => `${(plan.deniedAfter(seconds) * 100).toFixed(1)} %`;
      rows.push([
        population,
        name,
        `${until.toFixed(1)} s`,
        Math.round(until * pace),
        percent(10),
        percent(60),
        `${(plan.seconds / 60).toFixed(1)} min`,
      ]);
    }
  }
  return `A halt at ${pace} principals a second:\n${textTable(head, rows)}`;
}
