import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';

/**
 * Whether an alarm rings. One that watches for the end of data does so without data, but a new one begins like that: it
 * rings only if it got there after it was made or changed.
 */
export function rings(alarm: MetricAlarm): boolean {
  if (alarm.StateValue !== 'INSUFFICIENT_DATA') return alarm.StateValue === 'ALARM';
  const { StateTransitionedTimestamp: since, AlarmConfigurationUpdatedTimestamp: made } = alarm;
  const watchesForIt = (alarm.InsufficientDataActions ?? []).length > 0;
  return watchesForIt && since !== undefined && made !== undefined && since > made;
}
