import { deployedSettings } from '../adapters/deployed-settings.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { readKnownSubjects } from '../adapters/dynamodb/known-subjects.ts';
import { DynamoDbReportLooks } from '../adapters/dynamodb/report-looks.ts';
import { FunctionLogger } from '../adapters/function-logger.ts';
import { SnsPublisher } from '../adapters/sns-publisher.ts';
import { systemClock as clock, systemSleep as sleep } from '../adapters/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { reportSpending } from '../use-cases/report-spending.ts';

const environment = readEnvironment('reports', process.env);
const { BUDGETS_TABLE: table, BUDGET_ALERTS_TOPIC_ARN: topic } = environment;
const settings = deployedSettings(import.meta.url);
const logger = new FunctionLogger('reports');
const client = documentClient();
const looks = new DynamoDbReportLooks(client, table);
const publisher = new SnsPublisher({ alerts: topic, critical: topic });
const target = { stage: environment.STAGE, region: environment.AWS_REGION };
const pace = { unitsPerSecond: settings.reports.unitsPerSecond, sleep };
const known = { all: (windows: readonly string[]) => readKnownSubjects(client, { table, windows, pace }) };

export const handler = logger.handling(async (): Promise<void> => {
  const reported = await reportSpending({ known, looks, publisher, settings, target, clock });
  logger.info('Spending reported.', { reported });
});
