import { aboutSubject, type LogKeys } from '../contracts/log-keys.ts';
import type { OverrideCheck, OverrideTask } from '../contracts/override.ts';
import { assertNever } from '../domain/assert-never.ts';
import {
  askApproval,
  checkOverride,
  type OverrideDeps,
  refuseOverride,
  takeOverride,
} from '../use-cases/follow-override.ts';

/** The steps of the override machine. */
export function createOverrides(
  deps: OverrideDeps,
  report: (message: string, keys: LogKeys & object) => void,
) {
  return async (task: OverrideTask): Promise<OverrideCheck | Record<string, never>> => {
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
      case 'refuse':
        await refuseOverride(execution, request, whyNot(task.error), deps);
        return {};
      default:
        return assertNever(step);
    }
  };
}

function whyNot(error: OverrideTask['error']): string {
  if (error?.Error === 'States.Timeout') return 'Nobody approved it in time: ask again.';
  return error?.Cause ?? 'A step failed without saying why.';
}
