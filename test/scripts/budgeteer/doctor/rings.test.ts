import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { rings } from '../../../../scripts/budgeteer/doctor/rings.ts';

const made = new Date('2026-11-22T12:00:00Z');
const later = new Date('2026-11-23T08:00:00Z');
const watching: MetricAlarm = {
  StateValue: 'INSUFFICIENT_DATA',
  InsufficientDataActions: ['arn:aws:sns:eu-central-1:111122223333:operations'],
  AlarmConfigurationUpdatedTimestamp: made,
  StateTransitionedTimestamp: later,
};

test.each<[string, MetricAlarm, boolean]>([
  ['in alarm', { StateValue: 'ALARM' }, true],
  ['that is fine', { StateValue: 'OK' }, false],
  ['whose data has ended', watching, true],
  ['that never had data', { ...watching, StateTransitionedTimestamp: made }, false],
  ['to which no data is no news', { ...watching, InsufficientDataActions: [] }, false],
])('an alarm %s', (_, alarm, expected) => {
  expect(rings(alarm)).toBe(expected);
});
