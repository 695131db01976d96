import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { AwsPriceList } from '../adapters/bedrock/price-list.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { DynamoDbPriceListChecks } from '../adapters/dynamodb/price-list-checks.ts';
import { SnsPublisher } from '../adapters/messages/sns-publisher.ts';
import { deployedSettings } from '../adapters/runtime/deployed-settings.ts';
import { FunctionLogger } from '../adapters/runtime/function-logger.ts';
import { functionMetrics } from '../adapters/runtime/function-metrics.ts';
import { systemClock as clock } from '../adapters/runtime/system-time.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { priceMetrics } from '../contracts/metrics.ts';
import { checkPriceList } from '../use-cases/prices/check-price-list.ts';

const { STAGE, BUDGETS_TABLE, OPERATIONS_TOPIC_ARN: operations } = readEnvironment('prices', process.env);
const settings = deployedSettings(import.meta.url);
const logger = new FunctionLogger('prices');
const metrics = functionMetrics(STAGE, 'prices');
const priceList = new AwsPriceList();
const checks = new DynamoDbPriceListChecks(documentClient(), BUDGETS_TABLE);
const publisher = new SnsPublisher({ alerts: operations, critical: operations });

export const handler = logger.handling(async (): Promise<void> => {
  const { reported, ...counts } = await checkPriceList({ priceList, checks, publisher, settings, clock });
  for (const [name, metric] of Object.entries(priceMetrics)) {
    metrics.addMetric(metric, MetricUnit.Count, counts[name as keyof typeof priceMetrics]);
  }
  metrics.publishStoredMetrics();
  logger.info('Price list compared.', { counts, reported });
});
