import { type Amount, readAmount, writeAmount } from './amount.ts';
import type { Case, Expectation } from './case.ts';
import { payerName, roleOf } from './payer.ts';

/** What a meter says of one case. */
export interface MeterAnswer {
  /** Dollars by payer: decimals as texts, or numbers as `parseExactly` reads them. */
  readonly payers: Readonly<Record<string, string>>;
  /** Lines that it could not account for, and says so. @default 0 */
  readonly setAside?: string | number;
}

export interface Verdict {
  readonly id: string;
  readonly title: string;
  /** What is wrong, one sentence each; none where the answer is right. */
  readonly faults: readonly string[];
}

/** Judges an answer; undefined stands for none. */
export function judge(one: Case, answer: unknown): Verdict {
  const { id, title } = one;
  const read = readAnswer(answer);
  return { id, title, faults: typeof read === 'string' ? [read] : faultsOf(one, read) };
}

interface Said {
  readonly amounts: ReadonlyMap<string, Amount>;
  readonly setAside: number;
}

function readAnswer(answer: unknown): Said | string {
  if (answer === undefined) return 'There is no answer.';
  const { payers, setAside = 0 } = (answer ?? {}) as Partial<MeterAnswer>;
  if (typeof payers !== 'object' || payers === null) return 'The answer has no object "payers".';
  const amounts = new Map<string, Amount>();
  for (const [name, text] of Object.entries(payers)) {
    const amount = readAmount(String(text));
    if (amount === undefined) return `The answer for ${name} is no amount: ${String(text)}.`;
    const payer = payerName(name);
    amounts.set(payer, (amounts.get(payer) ?? 0n) + amount);
  }
  return { amounts, setAside: Number(setAside) };
}

interface Bounds {
  readonly least: Amount;
  readonly most: Amount | undefined;
  readonly text: string;
}

function faultsOf({ payers, records, sessionsApart, setAside }: Case, said: Said): readonly string[] {
  const expected = new Map(
    Object.entries(payers).map(([name, one]) => [payerName(name), boundsOf(one, records.length)]),
  );
  const owed = sessionsApart ? expected : byRole(expected, said.amounts);
  const wrong = [...owed].flatMap(([payer, bounds]) => {
    const amount = said.amounts.get(payer) ?? 0n;
    const within = amount >= bounds.least && (bounds.most === undefined || amount <= bounds.most);
    return within ? [] : [`${payer} owes ${bounds.text}, and is charged ${writeAmount(amount)}.`];
  });
  const strangers = [...said.amounts]
    .filter(([payer, amount]) => !owed.has(payer) && amount !== 0n)
    .map(([payer, amount]) => `${payer} owes nothing here, and is charged ${writeAmount(amount)}.`);
  const aside =
    setAside === undefined || setAside === said.setAside
      ? []
      : [`${setAside} lines cannot be accounted for, and ${said.setAside} were said to be.`];
  return [...wrong, ...strangers, ...aside];
}

/** Where a meter names a role in place of its sessions, what they owe together is what the role owes. */
function byRole(
  expected: ReadonlyMap<string, Bounds>,
  amounts: ReadonlyMap<string, Amount>,
): ReadonlyMap<string, Bounds> {
  const owed = new Map<string, Bounds>();
  for (const [payer, bounds] of expected) {
    const role = roleOf(payer);
    const name = role !== undefined && !amounts.has(payer) && amounts.has(role) ? role : payer;
    const before = owed.get(name);
    owed.set(name, before === undefined ? bounds : added(before, bounds));
  }
  return owed;
}

const added = (a: Bounds, b: Bounds): Bounds => ({
  least: a.least + b.least,
  most: a.most === undefined || b.most === undefined ? undefined : a.most + b.most,
  text: `${a.text} and ${b.text}`,
});

const nano = 10n ** 9n;

function boundsOf({ usd, atLeast, atMost, notFree, tolerance }: Expectation, records: number): Bounds {
  if (usd !== undefined) {
    const exact = amountOf(usd);
    const slack = tolerance === undefined ? nano * BigInt(records) : amountOf(tolerance);
    // What is owed for nothing is nothing, without any tolerance.
    return exact === 0n
      ? { least: 0n, most: 0n, text: 'nothing' }
      : { least: exact - slack, most: exact + slack, text: usd };
  }
  const words = [
    ...(notFree === true ? ['something'] : []),
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  const least = atLeast === undefined ? 0n : amountOf(atLeast);
  return {
    least: notFree === true && least === 0n ? 1n : least,
    most: atMost === undefined ? undefined : amountOf(atMost),
    text: words.join(' and '),
  };
}

function amountOf(text: string): Amount {
  const amount = readAmount(text);
  if (amount === undefined) throw new TypeError(`"${text}" is no amount.`);
  return amount;
}

/** What the parts of an expectation come to, exactly. */
export function sumOf({ parts = [], times = '1' }: Expectation): Amount {
  const million = 10n ** 6n;
  const sum = parts.reduce((total, { count, usdPerMillion, usdEach }) => {
    const each = usdEach === undefined ? amountOf(usdPerMillion ?? '') / million : amountOf(usdEach);
    return total + BigInt(count) * each;
  }, 0n);
  return (sum * amountOf(times)) / 10n ** 18n;
}
