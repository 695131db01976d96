import type { IamEvent } from '../domain/iam-events/iam-event.ts';
import { readIamEvent } from '../domain/iam-events/read-iam-event.ts';
import { answerDrift, type DriftDeps, type DriftOutcome } from '../use-cases/iam-watch/answer-drift.ts';
import {
  type OnboardDeps,
  type Onboarding,
  onboardPrincipal,
} from '../use-cases/iam-watch/onboard-principal.ts';

export type IamEventsDeps = OnboardDeps & DriftDeps;

/** The part of EventBridge's envelope that is read. */
export interface TrailEnvelope {
  readonly detail: unknown;
}

/** What became of one event; undefined where it concerns no subject. */
export interface IamEventOutcome {
  readonly event: IamEvent;
  readonly onboarding: Onboarding;
  readonly drift: DriftOutcome;
}

/** Answers one event of CloudTrail about IAM. Safe to repeat. */
export async function answerIamEvent(
  { detail }: TrailEnvelope,
  deps: IamEventsDeps,
): Promise<IamEventOutcome | undefined> {
  const event = readIamEvent(detail);
  if (event === undefined) return undefined;
  // A changed tag may concern both.
  const onboarding = await onboardPrincipal(event, deps);
  return { event, onboarding, drift: await answerDrift(event, deps) };
}
