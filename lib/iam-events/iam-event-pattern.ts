import type * as events from 'aws-cdk-lib/aws-events';
import { iamEventNames } from '../../lambda/domain/iam-events/iam-event.ts';

/** IAM's events are of this Region alone, wherever the call was made. */
export const iamEventRegion = 'us-east-1';

/**
 * Calls of IAM that worked, by name alone: who called is checked in code, because a pattern with `anything-but` on the
 * session's role silently drops callers without one.
 */
export const iamEventPattern: events.EventPattern = {
  source: ['aws.iam'],
  detailType: ['AWS API Call via CloudTrail'],
  detail: {
    eventSource: ['iam.amazonaws.com'],
    eventName: [...iamEventNames],
    errorCode: [{ exists: false }],
  },
};
