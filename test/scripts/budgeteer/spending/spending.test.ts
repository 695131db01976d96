import { documentClient } from '../../../../lambda/adapters/dynamodb/client.ts';
import { DynamoDbLedger } from '../../../../lambda/adapters/dynamodb/ledger.ts';
import { DynamoDbSubjects } from '../../../../lambda/adapters/dynamodb/subjects.ts';
import { DynamoDbUsageLedger } from '../../../../lambda/adapters/dynamodb/usage-ledger.ts';
import { settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { charge } from '../../../../lambda/domain/pricing/charge.ts';
import { callOf } from '../../../../lambda/domain/pricing/repricing.ts';
import { createUsageEvents } from '../../../../lambda/handlers/usage-events.ts';
import { type Deployment, openDeployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { costReport } from '../../../../scripts/budgeteer/spending/cost.ts';
import { recommend } from '../../../../scripts/budgeteer/spending/recommend.ts';
import { ceiling, entry } from '../../../support/entries.ts';
import { startTables, type Tables } from '../../../support/tables.ts';

let tables: Tables;
let deployment: Deployment;
const sleep = async () => {};
const opus = 'anthropic.claude-opus-4-6-v1';

beforeAll(async () => {
  tables = await startTables();
  const client = documentClient(tables.client());
  const source = { payers: ['user/*'], meters: { search: { unitUsd: '0.25' } } };
  const usageSources = {
    trusted: { ...source, trusted: true },
    untrusted: { ...source, trusted: false },
    // Four units that cost nothing: of each payer, and of the account.
    own: { ...source, meters: { search: { unitUsd: '0.25', freePerMonth: 4 } }, trusted: true },
    shared: {
      ...source,
      meters: { search: { unitUsd: '0.25', freePerMonth: 4 } },
      freeTierOf: 'account',
      trusted: true,
    },
  };
  const settings = settingsSchema.parse({ mode: 'enforce', usageSources });
  const aws = { region: 'us-east-1', endpoint: 'http://127.0.0.1:1' };
  const clock = () => new Date('2026-11-22T12:00:00Z');
  deployment = { ...openDeployment({ aws, stage: 'test', settings, clock, sleep }), client, tables };
  const calls = [
    { principal: 'user/ann', team: 'team/ml', modelId: opus, labels: { app: '=HYPERLINK("x")' } },
    { principal: 'user/ann', team: 'team/ml', modelId: opus, timestamp: '2026-11-23T12:00:00Z' },
    { principal: 'role/App/bob', role: 'role/App', modelId: 'amazon.nova-lite-v1:0' },
    { principal: 'user/ann', team: 'team/ml', modelId: opus, timestamp: '2026-10-31T23:59:59Z' },
  ].map((call) => entry({ ...call, usage: { ...usage, input: 1_000_000 } }));
  const priced = calls.map((call) => ({ ...call, charge: charge(callOf(call), { profiles: {} }) }));
  const unknown = entry({ principal: 'user/cyn', modelId: 'acme.new-v1', charge: ceiling(500_000_000n) });
  const ledger = new DynamoDbLedger(client, tables, settings, sleep);
  for (const each of [...priced, unknown]) await ledger.post([each]);
  const report = createUsageEvents({
    usageLedger: new DynamoDbUsageLedger(client, tables, settings, sleep),
    subjects: new DynamoDbSubjects(client, tables, clock, sleep),
    ...{ ledger, settings, clock },
  });
  for (const source of Object.keys(usageSources)) {
    const detail = {
      id: source,
      subject: 'user/bea',
      meter: 'search',
      quantity: 1,
      at: '2026-11-22T11:00:00Z',
    };
    await report(JSON.stringify({ id: source, source, account: '111122223333', detail }), source);
  }
}, 60_000);
afterAll(() => tables.stop());

const usage = {
  ...{ input: 0, output: 0, cacheRead: 0 },
  cacheWrite: { '5m': 0, '1h': 0, '30m': 0 },
  cacheWriteUnclassified: 0,
};
const unitsPerSecond = 1000;
const report = (by: string, more: { from?: string; to?: string; csv?: boolean; subject?: string } = {}) =>
  costReport(more.subject, { csv: false, ...more, by, unitsPerSecond }, deployment);

describe('cost', () => {
  it('is told by person for this month, ceilings shown, untrusted events left out', async () => {
    const { json, text } = await report('principal');
    expect(json).toEqual({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
      by: ['principal'],
      totalUsd: '11.810000000',
      rows: [
        { of: ['user/ann'], requests: 2, spentUsd: '11.000000000', ceilingUsd: '0.000000000' },
        { of: ['user/cyn'], requests: 1, spentUsd: '0.500000000', ceilingUsd: '0.500000000' },
        { of: ['user/bea'], requests: 3, spentUsd: '0.250000000', ceilingUsd: '0.000000000' },
        { of: ['role/App/bob'], requests: 1, spentUsd: '0.060000000', ceilingUsd: '0.000000000' },
      ],
      freeTiers: [
        {
          ...{ source: 'own', meter: 'search', of: 'user/bea', month: 'month:2026-11' },
          ...{ free: '4', used: '1', left: '3' },
        },
        {
          ...{ source: 'shared', meter: 'search', of: 'account/111122223333', month: 'month:2026-11' },
          ...{ free: '4', used: '1', left: '3' },
        },
      ],
    });
    expect(text).toContain('Free units of month:2026-11:');
    expect(text).toContain('$11.81 from 2026-11-01T00:00:00.000Z');
  });

  it.each([
    ['team,model', ['team/ml', opus], 2],
    ['day', ['2026-11-22'], 6],
    ['role', [''], 6],
    ['label:app', [''], 6],
  ])('is told by %s', async (by, of, requests) => {
    const { json } = await report(by);
    expect(json.rows).toContainEqual(expect.objectContaining({ of, requests }));
  });

  it('is told of a team, a role or a day alone', async () => {
    expect((await report('principal', { subject: 'team/ml' })).json.totalUsd).toBe('11.000000000');
    expect((await report('principal', { subject: 'role/App' })).json.totalUsd).toBe('0.060000000');
    const day = { from: '2026-10-31', to: '2026-10-31' };
    expect((await report('principal', day)).json.totalUsd).toBe('5.500000000');
  });

  it('is a file for spreadsheets, in which no label becomes a formula', async () => {
    const { text } = await report('label:app,principal', { csv: true });
    expect(text.split('\n').slice(0, 3)).toEqual([
      'label:app,principal,requests,spent USD,at a ceiling USD',
      ',user/ann,1,5.500000000,0.000000000',
      `"'=HYPERLINK(""x"")",user/ann,1,5.500000000,0.000000000`,
    ]);
  });

  it('says what it can be told by, and what is no period', async () => {
    await expect(report('person')).rejects.toThrow(
      '--by was given "person", but it takes principal, role, team, model, region, day, month and label:KEY',
    );
    await expect(report('team', { from: '2026-12-02' })).rejects.toThrow('is not before');
    await expect(report('team', { from: '2026-02-30' })).rejects.toThrow('is no date');
  });
});

describe('recommend', () => {
  const advise = (subject?: string, leastUsd = '0.50') =>
    recommend(subject, { cachedPercent: 50, leastUsd, unitsPerSecond }, deployment);

  it('tells each person what this month would have cost otherwise, call by call', async () => {
    const { json, text } = await advise();
    expect(json.principals.map(({ principal }) => principal)).toEqual(['user/ann']);
    const [ann] = json.principals;
    expect(ann?.spentUsd).toBe('11.000000000');
    expect(ann?.advice).toContainEqual({
      kind: 'global-profile',
      model: opus,
      instead: `global.${opus}`,
      requests: 2,
      spentUsd: '11.000000000',
      wouldCostUsd: '10.000000000',
      savesUsd: '1.000000000',
    });
    expect(text).toContain(`call global.${opus}: the same model, answered anywhere in the world`);
    expect(text).toContain('Caching takes 50 % of each prompt for sent before');
  });

  it('answers about one person, and says where there is nothing to say', async () => {
    expect((await advise('user/ann')).json.principals).toHaveLength(1);
    expect((await advise('user/cyn')).text).toContain('Nothing worth saying');
    expect((await advise(undefined, '1000')).json.principals).toEqual([]);
    await expect(advise('nobody')).rejects.toThrow('"nobody" names nobody');
  });
});
