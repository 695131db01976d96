import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contracts/environment.ts';
import { batchMetrics, enforcementMetrics, usageMetrics } from '../../lambda/contracts/metrics.ts';
import { physicalName } from '../shared/naming.ts';
import { countedBy } from '../shared/operations-alarm.ts';
import { functionMetric } from './function-alarms.ts';

const half = { width: 12, height: 6 };
const quarter = { width: 6, height: 6 };
const { AVERAGE, MAXIMUM } = cloudwatch.Stats;
const streamConsumers: readonly FunctionName[] = ['evaluate', 'notify', 'audit'];
const queues = ['ingest', 'usage'];

export interface PipelineDashboardProps {
  readonly stage: string;
  /** Those that the stage has: a log group that does not exist fails the whole query for cold starts. */
  readonly functions: readonly FunctionName[];
}

/** From a log line to a decision: how fast, how full, how often in vain. */
export class PipelineDashboard extends cloudwatch.Dashboard {
  readonly #stage: string;
  readonly #functions: readonly FunctionName[];

  constructor(scope: Construct, id: string, { stage, functions }: PipelineDashboardProps) {
    super(scope, id, {
      dashboardName: physicalName(stage, 'pipeline'),
      defaultInterval: Duration.hours(12),
    });
    this.#stage = stage;
    this.#functions = functions;
    this.#drawChain();
    this.#drawLag();
    this.#drawFunctions();
    this.#drawColdStarts();
  }

  /** The links of the chain as they were measured: call, line, ledger entry; decision, IAM. */
  #drawChain(): void {
    const link = (title: string, fn: FunctionName, metricName: string) =>
      new cloudwatch.GraphWidget({
        title,
        ...quarter,
        left: [
          countedBy(this.#stage, fn, metricName).with({ statistic: MAXIMUM, label: 'slowest' }),
          countedBy(this.#stage, fn, metricName).with({ statistic: 'p50', label: 'median' }),
        ],
        leftYAxis: { min: 0, label: 's', showUnits: false },
      });
    this.addWidgets(
      link("From the call to its line's arrival", 'ingest', batchMetrics.deliverySeconds),
      link('From the arrival to the ledger', 'ingest', batchMetrics.postingSeconds),
      link('From the decision to the deny, read back', 'enforcer', enforcementMetrics.denySeconds),
      link('From the decision to the release, read back', 'enforcer', enforcementMetrics.releaseSeconds),
    );
  }

  #drawLag(): void {
    const oldest = 'ApproximateAgeOfOldestMessage';
    const waiting = 'ApproximateNumberOfMessagesVisible';
    const lag = countedBy(this.#stage, 'ingest', batchMetrics.lagSeconds);
    this.addWidgets(
      new cloudwatch.GraphWidget({
        title: 'From the call to the ledger, s (slowest of each batch)',
        ...half,
        left: [
          lag.with({ statistic: MAXIMUM, label: 'slowest' }),
          lag.with({ statistic: 'p50', label: 'median batch' }),
        ],
      }),
      new cloudwatch.GraphWidget({
        title: 'Age of the oldest message, s; dead letters',
        ...half,
        left: queues.map((queue) => this.#queueMetric(queue, oldest, `oldest in the ${queue} queue`)),
        right: queues.map((queue) =>
          this.#queueMetric(`${queue}-dead-letters`, waiting, `dead letters of ${queue}`),
        ),
      }),
      new cloudwatch.GraphWidget({
        title: 'Age of the streams, ms',
        ...half,
        left: streamConsumers.map((name) => this.#of(name, 'IteratorAge', MAXIMUM)),
      }),
      new cloudwatch.GraphWidget({
        title: 'Lines; usage events',
        ...half,
        left: [countedBy(this.#stage, 'ingest', batchMetrics.lines).with({ label: 'lines' })],
        right: Object.entries(usageMetrics).map(([label, name]) =>
          countedBy(this.#stage, 'usage-events', name).with({ label: `usage events ${label}` }),
        ),
      }),
    );
  }

  #drawFunctions(): void {
    const graph = (title: string, metricName: string, statistic?: string) =>
      new cloudwatch.GraphWidget({
        title,
        ...half,
        left: this.#functions.map((name) => this.#of(name, metricName, statistic)),
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
        logGroupNames: this.#functions.map((name) => `/aws/lambda/${physicalName(this.#stage, name)}`),
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
