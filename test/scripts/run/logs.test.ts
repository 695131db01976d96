import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../scripts/command-line/input-error.ts';
import { loadLogs } from '../../../scripts/run/logs.ts';
import type { Plan } from '../../../scripts/run/plan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

let requests = 0;
/** A call that costs exactly one dollar at the global price of its model: 100,000 tokens in, 20,000 out. */
function dollar(timestamp: string, user = 'alice'): string {
  return JSON.stringify({
    timestamp,
    accountId: '444455556666',
    region: 'eu-west-1',
    requestId: `request-${requests++}`,
    identity: { arn: `arn:aws:iam::444455556666:user/${user}` },
    operation: 'Converse',
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    input: { inputTokenCount: 100_000 },
    output: { outputTokenCount: 20_000 },
  });
}

/** Each delivery, and when it happens. */
const deliveries = ({ steps }: Plan) =>
  steps.flatMap((step, index) => {
    const before = steps[index - 1];
    return step.kind === 'deliver' && before?.kind === 'advance'
      ? [{ at: before.to.toISOString().slice(0, 19), lines: step.lines }]
      : [];
  });

describe('a run over logs', () => {
  it('takes the records of all files in the order of their own time', () => {
    const [late, early, middle] = ['2026-11-03', '2026-11-01', '2026-11-02'].map((day) =>
      dollar(`${day}T10:00:00Z`),
    );
    put('a.json.gz', gzipSync(`${late}\n${early}\n`));
    put('sub/b.jsonl', `${middle}\n`);

    const plan = loadLogs([folder], undefined);

    expect(deliveries(plan).flatMap(({ lines }) => lines)).toEqual([early, middle, late]);
    expect(plan.now).toEqual(new Date('2026-11-01T10:00:00Z'));
    expect(plan).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
  });

  it('cuts after the record by which a budget reaches a threshold, so that it acts at that time', () => {
    const config = put('config/budgets.json', JSON.stringify({ defaultBudget: { monthUsd: '10.00' } }));
    const lines = Array.from({ length: 11 }, (_, minute) =>
      dollar(`2026-11-01T10:${String(minute).padStart(2, '0')}:00Z`),
    );
    const log = put('log.jsonl', lines.join('\n'));

    const ends = deliveries(loadLogs([log], config)).map(({ at }) => at.slice(11, 16));

    // 50 % with the 5th, 80 and 90 % with the 8th and 9th, 95 and 100 % with the 10th; the 11th remains.
    expect(ends).toEqual(['10:04', '10:07', '10:08', '10:09', '10:10']);
  });

  it('cuts where the day turns in the configured time zone', () => {
    const config = put('config/zone.json', JSON.stringify({ timeZone: 'Asia/Tokyo' }));
    const log = put('log.jsonl', [dollar('2026-11-01T14:59:00Z'), dollar('2026-11-01T15:01:00Z')].join('\n'));

    expect(deliveries(loadLogs([log], config)).map(({ at }) => at)).toEqual([
      '2026-11-01T14:59:00',
      '2026-11-01T15:01:00',
    ]);
  });

  it('keeps a bad line beside the one before it, so that it reaches the quarantine', () => {
    const [first, second] = [dollar('2026-11-01T10:00:00Z'), dollar('2026-11-02T10:00:00Z')];
    const log = put('log.jsonl', `${first}\n{"timestamp": "cut\n${second}\n`);

    expect(deliveries(loadLogs([log], undefined)).map(({ lines }) => lines)).toEqual([
      [first, '{"timestamp": "cut'],
      [second],
    ]);
  });

  it('begins with the oldest record, also where a file before it has none', () => {
    put('a.jsonl', 'no record\nneither');
    put('b.jsonl', dollar('2026-11-02T10:00:00Z'));

    const plan = loadLogs([folder], undefined);

    expect(plan.now).toEqual(new Date('2026-11-02T10:00:00Z'));
    expect(deliveries(plan).flatMap(({ lines }) => lines)).toHaveLength(3);
  });

  it('passes by bodies beside the records and the marker of the permission check, and counts them', () => {
    const hour = 'AWSLogs/444455556666/BedrockModelInvocationLogs/eu-west-1/2026/11/01/10';
    put(`${hour}/20261101T100000000Z_1.json.gz`, gzipSync(dollar('2026-11-01T10:00:00Z')));
    put(`${hour}/data/request_input.json.gz`, gzipSync('{"secret":"prompt"}'));
    put('AWSLogs/444455556666/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check', '');

    const plan = loadLogs([folder], undefined);

    expect(deliveries(plan).flatMap(({ lines }) => lines)).toHaveLength(1);
    expect(plan.passedBy).toEqual({ sidecar: 1, notice: 1 });
    expect(JSON.stringify(plan)).not.toContain('secret');
  });

  it('takes a folder that merely is called data for what it is', () => {
    put('data/log.jsonl', dollar('2026-11-01T10:00:00Z'));

    expect(loadLogs([folder], undefined).passedBy).toEqual({ sidecar: 0, notice: 0 });
  });

  it.each<[string, () => void, RegExp]>([
    ['a path that is not there', () => loadLogs([join(folder, 'gone')], undefined), /gone cannot be read/],
    ['an empty directory', () => loadLogs([folder], undefined), /^No log files .* are in /],
    [
      'a cut gzip file',
      () =>
        loadLogs([put('cut.json.gz', gzipSync(dollar('2026-11-01T10:00:00Z')).subarray(0, 60))], undefined),
      /cut\.json\.gz cannot be read/,
    ],
    [
      'a config with an unknown field',
      () => loadLogs([put('log.jsonl', '{}')], put('config.json', '{"budget": {}}')),
      /config\.json: It has no field "budget"/,
    ],
  ])('refuses %s', (_, run, sentence) => {
    expect(run).toThrow(InputError);
    expect(run).toThrow(sentence);
  });
});
