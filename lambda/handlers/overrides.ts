import { aboutSubject, type LogKeys } from '../contracts/log-keys.ts';
import type { OverrideCheck, OverrideRefusal, OverrideTask } from '../contracts/override.ts';
import { assertNever } from '../domain/assert-never.ts';
import {
  askApproval,
  checkOverride,
  type OverrideDeps,
  refuseOverride,
  takeOverride,
} from '../use-cases/overrides/follow-override.ts';

/** The steps of the override machine. */
export function createOverrides(
  deps: OverrideDeps,
  report: (message: string, keys: LogKeys & object) => void,
) {
  return async (task: OverrideTask): Promise<OverrideCheck | OverrideRefusal | Record<string, never>> => {
    const { step, execution, request } = task;
    const subject = (request as { subject?: unknown } | null)?.subject;
    report('Override step.', {
      ...aboutSubject(typeof subject === 'string' ? subject : 'account', { execution }),
      ...{ step },
    });
    switch (step) {
      case 'check':
        return checkOverride(execution, request, deps);
      case 'ask-approval':
        await askApproval(execution, request, task.token ?? '', deps);
        return {};
      case 'apply':
        await takeOverride(execution, request, task.approval ?? {}, deps);
        return {};
      case 'refuse': {
        const refusal = whyNot(task.error);
        await refuseOverride(execution, request, refusal.cause, deps);
        return refusal;
      }
      default:
        return assertNever(step);
    }
  };
}

function whyNot(caught: OverrideTask['error']): OverrideRefusal {
  const error = caught?.Error ?? 'States.TaskFailed';
  if (error === 'States.Timeout') return { error, cause: 'Nobody approved it in time: ask again.' };
  const cause = messageOf(caught?.Cause ?? '');
  return { error, cause: cause === '' ? 'A step failed without saying why.' : cause };
}

/** What a function throws comes as JSON, with its stack; what an approver says comes as it is. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
