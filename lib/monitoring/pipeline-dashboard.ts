import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import { batchMetrics } from '../../lambda/contracts/metrics.ts';
import { physicalName } from '../shared/naming.ts';
import { countedBy } from '../shared/operations-alarm.ts';
import { functionMetric, functionNames } from './function-alarms.ts';

const half = { width: 12, height: 6 };
const { AVERAGE, MAXIMUM } = cloudwatch.Stats;
const streamConsumers: readonly FunctionName[] = ['evaluate', 'notify', 'audit'];

/** From a log line to a decision: how fast, how full, how often in vain. */
export class PipelineDashboard extends cloudwatch.Dashboard {
  readonly #stage: string;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id, {
      dashboardName: physicalName(stage, 'pipeline'),
      defaultInterval: Duration.hours(12),
    });
    this.#stage = stage;
    this.#drawLag();
    this.#drawFunctions();
    this.#drawColdStarts();
  }

  #drawLag(): void {
    this.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'From the call to the ledger, s (slowest of each batch)',
        ...half,
        left: [
          countedBy('ingest', batchMetrics.lagSeconds).with({ statistic: MAXIMUM, label: 'slowest' }),
          countedBy('ingest', batchMetrics.lagSeconds).with({ statistic: 'p50', label: 'median batch' }),
        ],
      }),
      new cloudwatch.GraphWidget({
        title: 'Age of the oldest message, s; dead letters',
        ...half,
        left: [this.#queueMetric('ingest', 'ApproximateAgeOfOldestMessage', 'oldest in the ingest queue')],
        right: [
          this.#queueMetric('ingest-dead-letters', 'ApproximateNumberOfMessagesVisible', 'dead letters'),
        ],
      }),
      new cloudwatch.GraphWidget({
        title: 'Age of the streams, ms',
        ...half,
        left: streamConsumers.map((name) => this.#of(name, 'IteratorAge', MAXIMUM)),
      }),
      new cloudwatch.GraphWidget({
        title: 'Lines',
        ...half,
        left: [countedBy('ingest', batchMetrics.lines).with({ label: 'lines' })],
      }),
    );
  }

  #drawFunctions(): void {
    const graph = (title: string, metricName: string, statistic?: string) =>
      new cloudwatch.GraphWidget({
        title,
        ...half,
        left: functionNames.map((name) => this.#of(name, metricName, statistic)),
      });
    this.addWidgets(
      graph('Duration, ms (average)', 'Duration', AVERAGE),
      graph('Duration, ms (longest)', 'Duration', MAXIMUM),
      graph('Errors', 'Errors'),
      graph('Throttles', 'Throttles'),
    );
  }

  /** Lambda has no metric for cold starts; its reports in the JSON logs tell them. */
  #drawColdStarts(): void {
    this.addWidgets(
      new cloudwatch.LogQueryWidget({
        title: 'Cold starts by function',
        width: 24,
        height: 6,
        view: cloudwatch.LogQueryVisualizationType.TABLE,
        logGroupNames: functionNames.map((name) => `/aws/lambda/${physicalName(this.#stage, name)}`),
        queryLines: [
          'filter type = "platform.report"',
          [
            'stats count(*) as invocations',
            'count(record.metrics.initDurationMs) as coldStarts',
            'avg(record.metrics.initDurationMs) as averageInitMs',
            'max(record.metrics.initDurationMs) as longestInitMs',
            'max(record.metrics.maxMemoryUsedMB) as mostMemoryMB by @log',
          ].join(', '),
          'sort coldStarts desc',
        ],
      }),
    );
  }

  #of(name: FunctionName, metricName: string, statistic = 'Sum'): cloudwatch.Metric {
    return functionMetric(this.#stage, name, metricName, { statistic, label: name });
  }

  #queueMetric(queue: string, metricName: string, label: string): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/SQS',
      metricName,
      dimensionsMap: { QueueName: physicalName(this.#stage, queue) },
      statistic: MAXIMUM,
      label,
    });
  }
}
