import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError } from '../../../scripts/command-line/input-error.ts';
import type { ScenarioStep } from '../../../scripts/run/plan.ts';
import { loadScenario } from '../../../scripts/run/scenario.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenario-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(scenario: unknown) {
  const path = join(folder, 'scenario.json');
  writeFileSync(path, typeof scenario === 'string' ? scenario : JSON.stringify(scenario));
  return loadScenario(path);
}

/** What is wrong, without the file's name. */
function complaint(scenario: unknown): string {
  try {
    load(scenario);
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}/scenario.json`, 'FILE');
    throw error;
  }
  throw new Error('The scenario was accepted.');
}

const linesOf = (steps: readonly ScenarioStep[]) =>
  steps.flatMap((step) => (step.kind === 'deliver' ? step.lines : []));

const record = (timestamp: string) => ({
  timestamp,
  accountId: '444455556666',
  region: 'eu-west-1',
  requestId: 'r',
});
const deliver = (extra: object) => ({ deliver: { via: 'cloudwatch', ...extra } });

describe('a scenario file', () => {
  it('enforces, in UTC and without grace, when its config says nothing', () => {
    const { settings } = load({ now: '2026-11-22T12:00:00Z', steps: [] });

    expect(settings).toMatchObject({ mode: 'enforce', timeZone: 'UTC', graceSeconds: 0 });
    expect(settings.defaultBudget).toEqual({ monthUsd: '50.00' });
  });

  it('takes account and region from its records, and the clock from the newest before the first advance', () => {
    const plan = load({
      steps: [
        deliver({ records: [record('2026-11-03T00:00:00Z'), record('2026-11-05T00:00:00Z')] }),
        { advance: { to: '2026-11-06T00:00:00Z' } },
        deliver({ records: [record('2026-11-09T00:00:00Z')] }),
      ],
    });

    expect(plan).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
    expect(plan.now).toEqual(new Date('2026-11-05T00:00:00Z'));
  });

  it('delivers a file from its own folder, gunzipped by its first bytes and line by line', () => {
    writeFileSync(join(folder, 'log.jsonl'), gzipSync('{"a":1}\nnot a record\n\n{"b":2}\n'));

    const plan = load({ now: '2026-11-22T12:00:00Z', steps: [deliver({ file: 'log.jsonl', times: 3 })] });

    expect(plan.steps).toEqual([
      { kind: 'deliver', via: 'cloudwatch', lines: ['{"a":1}', 'not a record', '{"b":2}'], times: 3 },
    ]);
  });

  it('delivers a record a line from a file that is one JSON document', () => {
    writeFileSync(join(folder, 'array.json'), JSON.stringify([{ a: 1 }, { b: 2 }], undefined, 2));
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ c: 3 }, undefined, 2));

    const plan = load({ steps: [deliver({ file: 'array.json' }), deliver({ file: 'one.json' })] });

    expect(linesOf(plan.steps)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('may deliver a bad line as text', () => {
    expect(linesOf(load({ steps: [deliver({ records: ['{"cut'] })] }).steps)).toEqual(['{"cut']);
  });

  it.each<[string, unknown, string]>([
    ['text that is neither YAML nor JSON', '{', 'The file FILE is neither YAML nor JSON'],
    [
      'a field that it does not know',
      { steps: [], stepz: 1 },
      'FILE: It has no field "stepz"; it has now, config',
    ],
    ['no steps', {}, 'FILE: steps was given nothing, but it must be an array.'],
    [
      'a limit that is no amount',
      { config: { defaultBudget: { monthUsd: 'five' } }, steps: [] },
      'FILE: config.defaultBudget.monthUsd was given "five", but it must be an amount in USD',
    ],
    [
      'a time zone that does not exist',
      { config: { timeZone: 'Mars/Olympus' }, steps: [] },
      'FILE: config.timeZone was given "Mars/Olympus", but it must be an IANA time zone, for example "Europe/Berlin".',
    ],
    [
      'a step that it does not know',
      { steps: [{ settle: {} }, { wait: {} }] },
      'FILE: step 2 must be an object with exactly one of deliver, settle, advance, setBudget, invoke, override, approve, iam, but has wait.',
    ],
    [
      'two things in one step',
      { steps: [{ settle: {}, advance: {} }] },
      'FILE: step 1 must be an object with exactly one of deliver, settle, advance, setBudget, invoke, override, approve, iam, but has settle, advance.',
    ],
    [
      'a channel that does not exist',
      { steps: [{ deliver: { via: 'mail', records: [] } }] },
      'FILE: step 1, deliver: via was given "mail", but it must be "cloudwatch" or "s3".',
    ],
    [
      'nothing to deliver',
      { steps: [{ deliver: { via: 's3' } }] },
      'FILE: step 1, deliver: It was given {"via":"s3"}, but it must have records or a file.',
    ],
    [
      'a file that is not there',
      { steps: [deliver({ file: 'gone.jsonl' })] },
      'FILE: step 1, deliver.file: The file',
    ],
    [
      'zero deliveries',
      { steps: [deliver({ records: [], times: 0 })] },
      'FILE: step 1, deliver: times was given 0, but it must be at least 1.',
    ],
    [
      'a budget without a limit',
      { steps: [{ setBudget: { subject: 'user/alice' } }] },
      'needs at least one of dayUsd, weekUsd, monthUsd',
    ],
    [
      'members with more of their own than the pool of their team',
      {
        config: {
          teams: { 'team/ml': { members: ['user/ann'], weekUsd: '10' } },
          budgets: { 'user/ann': { weekUsd: '11' } },
        },
        steps: [],
      },
      'FILE: config.teams.team/ml.weekUsd was given "10", but it must cover what `budgets` gives its members',
    ],
    [
      'a budget of nobody',
      { steps: [{ setBudget: { subject: 'alice', monthUsd: '5' } }] },
      'FILE: step 1, setBudget: subject was given "alice", but it must be user/NAME',
    ],
    [
      'a call of nobody',
      { steps: [{ invoke: { identityArn: 'alice', modelId: 'm', region: 'us-east-1' } }] },
      'FILE: step 1, invoke: identityArn was given "alice", but it must be the ARN of a user',
    ],
    [
      'a time without a zone',
      { steps: [{ advance: { to: '2026-12-01 00:00' } }] },
      'FILE: step 1, advance: to was given "2026-12-01 00:00", but it must be a time in ISO 8601',
    ],
    [
      'a clock that goes back',
      { now: '2026-11-22T12:00:00Z', steps: [{ settle: {} }, { advance: { to: '2026-11-22T11:00:00Z' } }] },
      'FILE: step 2, advance.to is 2026-11-22T11:00:00.000Z, but the clock is at 2026-11-22T12:00:00.000Z by then and cannot go back.',
    ],
    [
      'a usage event of nobody',
      { steps: [{ deliver: { via: 'event', records: [{ detail: {} }] } }] },
      'FILE: step 1, deliver: records.0.source was given nothing, but it must be a string.',
    ],
    [
      'overrides',
      { steps: [{ override: { action: 'stop', reason: 'x', requestedBy: 'user/ops' } }] },
      'FILE: step 1, override: action was given "stop", but it must be',
    ],
    [
      'an override of nobody',
      { steps: [{ override: { action: 'halt', reason: 'x' } }] },
      'must have requestedBy or verifiedAs.',
    ],
    [
      'someone who cannot act',
      { steps: [{ iam: { as: 'alice', action: 'DetachUserPolicy' } }] },
      'must be user/NAME, role/NAME[/SESSION] or the ARN of one.',
    ],
  ])('refuses %s in one sentence', (_, scenario, sentence) => {
    const said = complaint(scenario);

    expect(said).toContain(sentence);
    expect(said.split('\n')).toHaveLength(1);
  });
});
