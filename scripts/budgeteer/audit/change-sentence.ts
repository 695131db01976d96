import type { Change } from '../../../lambda/domain/control/state.ts';

/** What the actions that machines take mean; an action of another name is told as it is. */
const verbs: Readonly<Record<string, string>> = {
  provision: 'was seen for the first time',
  alert: 'crossed a threshold',
  evaluate: 'was looked at',
  'set-budget': 'got another budget',
  'unset-budget': 'is back to its configured budget',
  'start-suspension': 'is about to be suspended',
  'start-restoration': 'is about to be restored',
  grace: 'has a grace period before the suspension',
  suspend: 'is held',
  suspended: 'is suspended',
  release: 'is held no more',
  restored: 'is restored',
  'count-windows': 'has other windows to count in',
  extend: 'got a higher limit for a while',
  'set-limit': 'got another limit',
  exempt: 'was exempted for a while',
  restore: 'was ordered to be restored',
  halt: 'was halted',
  'lift-suspension': 'is free of the halt',
  resume: 'was ordered to resume',
  halted: 'was brought to a halt, everyone',
  resumed: 'runs again, everyone',
  'start-halt': 'is about to be halted, everyone',
  'start-resume': 'is about to run again, everyone',
  'pool-exhausted': 'now holds its members',
  'pool-available': 'holds its members no more',
  'order-expired': 'saw an order end',
  'approval-asked': 'waits for a second person',
  'override-refused': 'was not changed: the order was refused',
  restrict: 'was limited to economy models',
  'take-premium-away': 'lost the most expensive models',
  'lift-restriction': 'is limited no more',
  'end-grace': 'has no grace period any more',
  reattribute: 'is held for another window',
  'drift-repaired': 'was put back in IAM, where someone had changed it',
  pause: 'had enforcement paused',
  unpause: 'had enforcement started again',
  'enforce-no-premium': 'was denied the most expensive models in IAM',
  'enforce-none': 'had our denies taken off in IAM',
  'enforce-restricted': 'was limited to economy models in IAM',
  'enforce-suspended': 'was denied in IAM',
  'enforcement-failed': 'could not be made to match in IAM',
  unenforceable: 'cannot be denied by IAM',
  'stays-suspended': 'stays suspended for another cause',
  drift: 'had IAM changed by someone else',
  'stand-down': 'was not suspended or restored after all',
  'hands-off': 'is left to an administrator',
  'hands-on': 'is enforced again',
  leak: 'had a call answered that should have been denied',
  'early-stop': 'is stopped below its limit',
  velocity: 'suddenly spends many times what is usual',
  'switch-deny': 'had the halt switch set to deny',
  'switch-dormant': 'had the halt switch put to dormant',
  'switch-drift': 'had the halt switch put back, which someone had moved',
  paused: 'was left alone: enforcement is paused',
  'workflow-lost': 'was waiting for a workflow that died',
};

/** One audit entry in plain words: when, what, by whom, why, and what it changed. */
export function changeSentence(change: Change): string {
  const { at, action, actor, reason, before, after, cause, window, execution, inputs = {} } = change;
  const moved = before === after ? [] : [`${before} → ${after}`];
  const about = [
    cause === undefined ? undefined : `cause ${cause}`,
    window,
    execution && `execution ${execution}`,
  ];
  const figures = Object.entries(inputs).map(([name, value]) => `${name} ${value}`);
  const details = [...moved, ...about.filter((part) => part), ...figures];
  const said = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${at}  ${verbs[action] ?? action}, by ${actor}. ${said}${details.length > 0 ? ` [${details.join('; ')}]` : ''}`;
}
