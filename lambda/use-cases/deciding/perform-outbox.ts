import { assertNever } from '../../domain/assert-never.ts';
import type { OutboxItem, Subjects } from '../ports/subjects.ts';
import type { Enforcer, Workflows } from '../ports/workflows.ts';

export interface OutboxDeps {
  readonly subjects: Subjects;
  readonly workflows: Workflows;
  readonly enforcer: Enforcer;
}

/** Acts on one decided action and acknowledges it. Doing it twice does it once: names and leases see to that. */
export async function performOutbox(item: OutboxItem, deps: OutboxDeps): Promise<void> {
  const { action } = item;
  switch (action.type) {
    case 'start':
      await deps.workflows.start(action, item.subject);
      break;
    case 'enforce':
      await deps.enforcer.ask(item.subject);
      break;
    case 'evaluate':
      for (const subject of action.subjects) await deps.subjects.requestEvaluation(subject);
      break;
    case 'alert':
      await deps.subjects.raise(action.alert);
      break;
    case 'alerts':
      for (const alert of action.alerts) await deps.subjects.raise(alert);
      break;
    default:
      assertNever(action);
  }
  await deps.subjects.acknowledge(item);
}
