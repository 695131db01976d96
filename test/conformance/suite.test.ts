import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readAmount, writeAmount } from './suite/amount.ts';
import type { Case, Expectation } from './suite/case.ts';
import { judge, sumOf } from './suite/judge.ts';
import { nobody, payerName, roleOf } from './suite/payer.ts';
import { caseOf, readCases } from './suite/read-cases.ts';

const cases = readCases();
const dana = 'arn:aws:iam::111122223333:user/dana';
const caseWith = (expect: object, records: readonly unknown[] = [{}]): Case =>
  caseOf('kind/name', { title: 't', records, expect, why: 'w', sources: ['s'] });
const faults = (one: Case, answer: unknown) => judge(one, answer).faults;
const owes = (expectation: Expectation) => caseWith({ payers: { [dana]: expectation } });
const charged = (usd: string | number) => ({ payers: { [dana]: usd } });

describe('the cases', () => {
  it('are many, of many kinds, and each has a name, a title and records of its own', () => {
    const distinct = (of: (one: Case) => string) => new Set(cases.map(of)).size;

    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(distinct(({ id }) => id.split('/')[0] ?? '')).toBeGreaterThanOrEqual(20);
    expect(distinct(({ records, deliveries }) => JSON.stringify([records, deliveries]))).toBe(cases.length);
  });

  it.each(cases.map((one) => [one.id, one] as const))('%s adds up, and names who owes', (_, one) => {
    const arns = new Set(JSON.stringify(one.records).match(/arn:aws[\w-]*:(?:iam|sts)::[^"\\]+/g));
    for (const [payer, expectation] of Object.entries(one.payers)) {
      expect(payer === nobody || arns.has(payer)).toBe(true);
      const { usd, atLeast = '0', atMost = atLeast } = expectation;
      if (usd !== undefined && usd !== '0') expect(writeAmount(sumOf(expectation))).toBe(usd);
      expect(Number(atMost)).toBeGreaterThanOrEqual(Number(atLeast));
    }
  });

  it('refuse an answer that charges nothing, wherever something is owed', () => {
    const owing = cases.filter(({ payers }) => Object.values(payers).some(({ usd }) => usd !== '0'));

    expect(owing.length).toBeGreaterThan(150);
    expect(owing.filter((one) => faults(one, { payers: {} }).length === 0).map(({ id }) => id)).toEqual([]);
  });

  it('accept the values that they expect, and none that is a thousandth more expensive', () => {
    const exact = cases.filter(({ payers }) => Object.values(payers).every(({ usd }) => usd !== undefined));
    const answer = ({ payers, setAside }: Case, factor: bigint) => ({
      payers: Object.fromEntries(
        Object.entries(payers).map(([payer, { usd = '' }]) => [
          payer,
          writeAmount(((readAmount(usd) ?? 0n) * factor) / 1_000n),
        ]),
      ),
      setAside,
    });
    const owing = exact.filter(({ payers }) => Object.values(payers).some(({ usd }) => usd !== '0'));
    // A thousandth of less than a hundredth of a cent is finer than what is asked for.
    const coarse = owing.filter(({ payers }) =>
      Object.values(payers).every(({ usd }) => Number(usd) > 0.0001),
    );

    expect(exact.filter((one) => faults(one, answer(one, 1_000n)).length > 0)).toEqual([]);
    expect(coarse.length).toBeGreaterThan(100);
    expect(coarse.filter((one) => faults(one, answer(one, 1_001n)).length === 0)).toEqual([]);
  });
});

describe('an answer', () => {
  it.each<[string, Expectation, string | number, boolean]>([
    ['the value itself', { usd: '0.5', parts: [{ what: 'x', count: 1, usdEach: '0.5' }] }, '0.5', true],
    ['the value as a number', { usd: '0.5', parts: [{ what: 'x', count: 1, usdEach: '0.5' }] }, 0.5, true],
    [
      'a nano-dollar off',
      { usd: '0.5', parts: [{ what: 'x', count: 1, usdEach: '0.5' }] },
      '0.500000001',
      true,
    ],
    ['two off', { usd: '0.5', parts: [{ what: 'x', count: 1, usdEach: '0.5' }] }, '0.500000002', false],
    [
      'within its own tolerance',
      { usd: '1', parts: [{ what: 'x', count: 1, usdEach: '1' }], tolerance: '0.1' },
      '1.1',
      true,
    ],
    ['nothing where nothing is owed', { usd: '0' }, '0', true],
    ['the least where nothing is owed', { usd: '0' }, '0.000000001', false],
    ['the lower bound', { atLeast: '1', atMost: '2' }, '1', true],
    ['the upper bound', { atLeast: '1', atMost: '2' }, '2', true],
    ['below', { atLeast: '1', atMost: '2' }, '0.999999999', false],
    ['above', { atLeast: '1', atMost: '2' }, '2.000000001', false],
    ['anything but nothing', { notFree: true }, '0.000000001', true],
    ['nothing where something is owed', { notFree: true }, '0', false],
    ['too much of anything', { notFree: true, atMost: '1' }, '1.1', false],
  ])('%s', (_, expectation, usd, right) => {
    expect(faults(owes(expectation), charged(usd)).length).toBe(right ? 0 : 1);
  });

  it('for someone who owes nothing is wrong, unless it is nothing', () => {
    const one = owes({ atLeast: '0' });
    const eric = 'arn:aws:iam::111122223333:user/eric';

    expect(faults(one, { payers: { [eric]: '0' } })).toEqual([]);
    expect(faults(one, { payers: { [eric]: '1' } })).toEqual([
      '111122223333:user/eric owes nothing here, and is charged 1.',
    ]);
  });

  it.each([undefined, null, {}, { payers: 3 }, { payers: { [dana]: 'much' } }])('%j is none', (answer) => {
    expect(faults(owes({ atLeast: '0' }), answer).length).toBe(1);
  });

  it('says how many lines it set aside, where a case asks', () => {
    const one = caseWith({ setAside: 2 });

    expect(faults(one, { payers: {}, setAside: 2 })).toEqual([]);
    expect(faults(one, { payers: {} }).length).toBe(1);
  });

  it('may name a role for its sessions, unless they are people', () => {
    const session = (name: string) => `arn:aws:sts::111122223333:assumed-role/App/${name}`;
    const part = { parts: [{ what: 'x', count: 1, usdEach: '1' }] };
    const payers = { [session('a')]: { usd: '1', ...part }, [session('b')]: { usd: '1', ...part } };
    const role = { payers: { 'arn:aws:iam::111122223333:role/service/App': '2' } };

    expect(faults(caseWith({ payers }), role)).toEqual([]);
    expect(faults(caseWith({ payers }), { payers: { [session('a')]: '1', [session('b')]: '1' } })).toEqual(
      [],
    );
    expect(faults(caseWith({ payers }), { payers: { [session('a')]: '2' } }).length).toBe(2);
    expect(faults(caseWith({ payers, sessionsApart: true }), role).length).toBe(3);
  });
});

describe('payers', () => {
  it.each([
    ['arn:aws:iam::111122223333:user/eng/dana', '111122223333:user/dana'],
    ['arn:aws-us-gov:iam::111122223333:root', '111122223333:root'],
    ['arn:aws:sts::111122223333:assumed-role/App/one', '111122223333:role/App/one'],
    ['arn:aws:sts::111122223333:assumed-role/App', '111122223333:role/App'],
    ['arn:aws:sts::111122223333:federated-user/fay', '111122223333:federated-user/fay'],
    ['unknown', 'unknown'],
  ])('%s is %s', (arn, name) => {
    expect(payerName(arn)).toBe(name);
  });

  it('of a session have a role, and no others', () => {
    expect(roleOf('111122223333:role/App/one')).toBe('111122223333:role/App');
    expect(roleOf('111122223333:role/App')).toBeUndefined();
    expect(roleOf('111122223333:user/dana')).toBeUndefined();
  });
});

describe('amounts', () => {
  it('are read as they are written, and through no float', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (amount) => {
        expect(readAmount(writeAmount(amount))).toBe(amount);
        expect(readAmount(`${amount}e-18`)).toBe(amount);
      }),
    );
  });
});

describe('a file that is no case is refused', () => {
  const good = {
    title: 't',
    records: [{}],
    expect: { payers: { a: { usd: '0' } } },
    why: 'w',
    sources: ['s'],
  };

  it.each<[string, object]>([
    ['without records', { records: [] }],
    ['without a source', { sources: [] }],
    ['without a reason', { why: undefined }],
    ['with a field that nobody reads', { note: 'x' }],
    ['that expects nothing', { expect: {} }],
    ['that expects nothing of a payer', { expect: { payers: { a: {} } } }],
    ['with a value and bounds', { expect: { payers: { a: { usd: '0', atMost: '1' } } } }],
    ['with a value that is the sum of nothing', { expect: { payers: { a: { usd: '1' } } } }],
    ['with a delivery of a record that it does not have', { deliveries: [{ as: 'lines', records: [1] }] }],
    ['with a delivery in a form that there is not', { deliveries: [{ as: 'fax', records: [0] }] }],
  ])('%s', (_, wrong) => {
    expect(() => caseOf('kind/name', { ...good, ...wrong })).toThrow(/^The case kind\/name is no case: /);
    expect(caseOf('kind/name', good).id).toBe('kind/name');
  });
});

describe('the runner', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'conformance-run-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'run.ts'), ...args],
      { encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };
  const file = (content: string) => {
    const path = join(folder, 'answers.json');
    writeFileSync(path, content);
    return path;
  };
  const id = 'plain-tokens/metadata-only';

  it('judges a file of answers', () => {
    const right = run('--only', id, '--answers', file(`{"${id}": {"payers": {"${dana}": 2.66e-4}}}`));
    const wrong = run(
      '--only',
      id,
      '--json',
      '--answers',
      file(`{"${id}": {"payers": {"${dana}": "0.00027"}}}`),
    );

    expect(right).toMatchObject({ status: 0, stdout: '1 of 1 cases are right, 0 are wrong.\n' });
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ cases: 1, right: 0, wrong: 1, verdicts: [{ id }] });
  });

  it('asks a command, by its standard input or by its files', () => {
    const meter = (read: string) =>
      `node -e 'const records = String(require("fs").readFileSync(${read})).trim().split("\\n").map(JSON.parse); ` +
      `const usd = records.reduce((sum, { input, output }) => sum + input.inputTokenCount * 35 + output.outputTokenCount * 140, 0); ` +
      `console.log(JSON.stringify({ payers: { [records[0].identity.arn]: usd + "e-9" } }))'`;

    expect(run('--only', id, '--command', meter('0')).stdout).toContain('1 of 1 cases are right');
    expect(run('--only', id, '--command', `${meter('process.argv[1]')} {files}`).stdout).toContain(
      '1 of 1 cases are right',
    );
  });

  it('tells of a command that fails or answers no JSON', () => {
    expect(run('--only', id, '--command', 'echo no price >&2; exit 3')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('The command ended with 3: no price'),
    });
    expect(run('--only', id, '--command', 'echo free')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('cannot be read'),
    });
  });

  it('asks this product as it asks any other', () => {
    const answer = `${process.execPath} ${join(import.meta.dirname, 'answer-by-replay.ts')} {folder}`;

    expect(run('--only', 'profiles-and-regions/application-profile-told', '--command', answer)).toMatchObject(
      {
        status: 0,
      },
    );
  });

  it('writes what a case delivers, a folder each', () => {
    expect(run('--only', 'duplicates/often', '--write', folder).status).toBe(0);
    expect(readdirSync(join(folder, 'duplicates', 'often')).sort()).toEqual([
      '1-lines.jsonl',
      '2-array.json',
      '3-filter-log-events.json',
    ]);
    expect(run('--only', 'offloaded/body-beside', '--write', folder).status).toBe(0);
    expect(existsSync(join(folder, 'offloaded', 'body-beside-the-record', 'AWSLogs'))).toBe(true);
  });

  it.each([
    ['no mode', []],
    ['two modes', ['--list', '--write', '/tmp/x']],
    ['an option that there is not', ['--cheap']],
    ['no case', ['--list', '--only', 'no-such-case']],
    ['a file that is not there', ['--answers', '/no/such/file.json']],
  ])('refuses %s, and says how to ask', (_, args) => {
    const { status, stderr } = run(...args);

    expect(status).toBe(2);
    expect(stderr).toContain('node run.ts --answers FILE');
  });
});
