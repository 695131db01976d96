import { documentClient } from '../adapters/dynamodb/client.ts';
import { readKnownSubjects } from '../adapters/dynamodb/known-subjects.ts';
import { DynamoDbReportRuns } from '../adapters/dynamodb/report-runs.ts';
import { SnsPublisher } from '../adapters/messages/sns-publisher.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { reportSpending } from '../use-cases/alerts/report-spending.ts';

const environment = readEnvironment('reports', process.env);
const { BUDGETS_TABLE: table, BUDGET_ALERTS_TOPIC_ARN: topic } = environment;
const settings = deployedSettings(import.meta.url);
const logger = new FunctionLogger('reports');
const client = documentClient();
const runs = new DynamoDbReportRuns(client, table);
const publisher = new SnsPublisher({ alerts: topic, critical: topic });
const target = { stage: environment.STAGE, region: environment.AWS_REGION };
const pace = { unitsPerSecond: settings.reports.unitsPerSecond, sleep };
const known = { all: (windows: readonly string[]) => readKnownSubjects(client, { table, windows, pace }) };

export const handler = logger.handling(async (): Promise<void> => {
  const reported = await reportSpending({ known, runs, publisher, settings, target, clock });
  logger.info('Spending reported.', { reported });
});
