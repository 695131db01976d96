import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbCatchUpJobs } from '../../lambda/adapters/dynamodb/catch-up-jobs.ts';
import { documentClient } from '../../lambda/adapters/dynamodb/client.ts';
import { storedVersion } from '../../lambda/adapters/dynamodb/stored-version.ts';
import { DynamoDbSubjects } from '../../lambda/adapters/dynamodb/subjects.ts';
import { settingsSchema } from '../../lambda/contracts/settings.ts';
import { firstState } from '../../lambda/domain/control/state.ts';
import { type EvaluateDeps, evaluateSubject } from '../../lambda/use-cases/deciding/evaluate-subject.ts';
import { sweep } from '../../lambda/use-cases/deciding/sweep.ts';
import { textTable } from '../command-line/text-table.ts';
import { type BenchTables, startBenchTables } from './bench-tables.ts';
import { countUnits, type Units } from './count-units.ts';

const now = new Date('2026-11-22T12:00:00Z');
const month = 'month:2026-11';
const turn = new Date('2026-12-01T00:00:00Z');
const populations = [10, 10_000];

type Work = (deps: EvaluateDeps) => Promise<unknown>;
const round = (units: number) => Math.round(units * 10) / 10;

/** What a decision and an idle sweep cost with ten principals and with ten thousand: the same, or it would not scale. */
export async function measurePopulation(): Promise<string> {
  const rows: string[][] = [];
  for (const population of populations) {
    const tables = await startBenchTables();
    try {
      await populate(documentClient(tables.clientOf()), tables.names.budgets, population);
      const row = async (what: string, work: Work, at = now, per = 1) => {
        const { budgetWrites, reads, calls } = await measure(tables, work, at);
        const units = [budgetWrites, reads, calls].map((each) => round(each / per));
        rows.push([population, what, ...units].map(String));
      };
      await row('one changed balance, nothing crossed', (deps) =>
        evaluateSubject('user/p7', deps, [{ window: month }]),
      );
      await row('a sweep with nothing due', sweep);
      if (population < 1_000) await row('a sweep, for each subject that is due', sweep, turn, population + 1);
    } finally {
      await tables.stop();
    }
  }
  return `Capacity units by the number of principals:\n${textTable(['principals', 'what', 'user-budgets WCU', 'RCU', 'calls'], rows)}`;
}

async function measure({ clientOf, names }: BenchTables, work: Work, at: Date): Promise<Units> {
  const client = clientOf();
  const units = countUnits(client, names);
  const asked = async () => {
    throw new Error('Nothing was to be done here.');
  };
  await work({
    subjects: new DynamoDbSubjects(
      documentClient(client),
      names,
      () => at,
      async () => {},
    ),
    settings: settingsSchema.parse({ mode: 'enforce' }),
    clock: () => at,
    catchUps: {
      waiting: (now) => new DynamoDbCatchUpJobs(documentClient(client), names.budgets).waiting(now),
      ask: asked,
    },
    workflows: { start: asked, status: asked },
    enforcer: { ask: asked },
  });
  return units;
}

/** Principals with a state and some spend, looked at long ago and due when the month ends. */
async function populate(client: DynamoDBDocumentClient, table: string, population: number): Promise<void> {
  const names = ['account', ...Array.from({ length: population }, (_, index) => `user/p${index}`)];
  const items = names.flatMap((pk) => [
    { pk, sk: 'STATE', v: storedVersion, version: 1, state: firstState(now.toISOString(), 'bench') },
    { pk, sk: `BAL#${month}#0`, v: storedVersion, spent: 1_000_000_000, ceiling: 0, requests: 3 },
    { pk, sk: 'DUE', v: storedVersion, dueShard: '0', dueAt: '2026-12-01T00:00:00.000Z' },
  ]);
  for (let start = 0; start < items.length; start += 25) {
    const RequestItems = {
      [table]: items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } })),
    };
    await client.send(new BatchWriteCommand({ RequestItems }));
  }
}
