import type { AlertingDecision } from './add-notices.ts';
import { alertLeak, type Watched } from './alert-leak.ts';
import { alertPace } from './alert-pace.ts';
import { alertPerson } from './alert-person.ts';
import { alertUnenforced } from './alert-unenforced.ts';
import { alertUnpriced } from './alert-unpriced.ts';
import type { Decision } from './decide.ts';
import type { Situation } from './situation.ts';

/** What alerters know beside the situation. */
export interface AlerterContext extends Omit<Watched, 'enforced'> {
  /** Whether the stage writes to the persons that alerts are about. */
  readonly informsPersons: boolean;
}

export interface Alerter {
  readonly name: 'unpriced' | 'pace' | 'person' | 'unenforced' | 'leak';
  readonly alert: (
    situation: Situation,
    decision: AlertingDecision,
    context: AlerterContext,
  ) => AlertingDecision;
}

/**
 * Everything that adds notices to a decision, in order of precedence: the first that has a word for the audit entry
 * gives it. A later one sees what earlier ones changed, so a leak comes last: it asks the enforcer only if nobody did.
 */
export const alerters: readonly Alerter[] = [
  { name: 'unpriced', alert: alertUnpriced },
  { name: 'pace', alert: alertPace },
  {
    name: 'person',
    alert: (situation, decision, { informsPersons }) =>
      informsPersons ? alertPerson(situation, decision) : decision,
  },
  { name: 'unenforced', alert: alertUnenforced },
  { name: 'leak', alert: alertLeak },
];

/** A decision with all notices that the situation calls for. */
export function addAllNotices(
  situation: Situation,
  decision: Decision,
  context: AlerterContext,
): AlertingDecision {
  return alerters.reduce<AlertingDecision>((before, { alert }) => alert(situation, before, context), {
    ...decision,
    notices: [],
  });
}
