import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { usageBusName } from '../shared/naming.ts';
import { OperationsAlarm } from '../shared/operations-alarm.ts';
import { type RuleId, ruleName } from '../shared/rules.ts';
import { metricSum } from './metric-sum.ts';

export interface RuleAlarmProps {
  readonly stage: string;
  readonly operations: sns.ITopic;
  /** Those that the stage has. */
  readonly rules: readonly RuleId[];
}

/** An alarm takes ten metrics, so what the clock runs has one of its own. */
const scheduled: readonly RuleId[] = [
  'anchors-daily',
  'iam-reconcile',
  'prices-daily',
  'prove',
  'reports-daily',
  'sweep',
];
const isSchedule = (rule: RuleId): boolean => scheduled.includes(rule);
const period = Duration.minutes(5);

/**
 * Events that EventBridge gave up on handing over: a queue, a topic or a function that refuses them, mostly by its policy or
 * its key. What does not arrive leaves no trace anywhere else.
 */
export class RuleAlarm extends Construct {
  constructor(scope: Construct, id: string, { stage, operations, rules }: RuleAlarmProps) {
    super(scope, id);
    const failed = (rule: RuleId) =>
      new cloudwatch.Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: {
          RuleName: ruleName(stage, rule),
          // Of rules on the default bus EventBridge names the rule alone.
          ...(rule === 'usage-event' && { EventBusName: usageBusName(stage) }),
        },
        statistic: cloudwatch.Stats.SUM,
        period,
      });
    const [schedules, others] = [rules.filter(isSchedule), rules.filter((rule) => !isSchedule(rule))];
    new OperationsAlarm(this, 'SchedulesFailing', {
      stage,
      topic: operations,
      name: 'schedules-failing',
      description:
        'EventBridge gave up on running something that is due by the clock: sweep, proof, reports or upkeep.',
      metric: metricSum('Schedules that were not run', period, schedules.map(failed)),
    });
    new OperationsAlarm(this, 'Failing', {
      stage,
      topic: operations,
      name: 'rules-failing',
      description:
        'EventBridge gave up on handing an event to its target: a log object, an alert or a change is lost.',
      metric: metricSum('Events that were not handed over', period, others.map(failed)),
    });
  }
}
