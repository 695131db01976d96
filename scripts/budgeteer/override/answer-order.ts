import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { callDoor } from './call-door.ts';
import { outcomeOf } from './override-execution.ts';

export interface ApprovalSent {
  readonly execution: string;
  readonly answeredBy: string | undefined;
  readonly answer: 'approve' | 'reject';
  readonly accepted: boolean;
  readonly sentence: string;
}

/** `approve EXECUTION`, `reject EXECUTION`: answers an order that waits for a second person. @throws InputError */
export async function answerOrder(
  answer: 'approve' | 'reject',
  execution: string,
  { reason }: { readonly reason: string },
  deployment: Deployment,
): Promise<Answer<ApprovalSent>> {
  if (reason.trim() === '') throw new InputError('--reason is empty: say why, for the audit trail.');
  const { status, body } = await callDoor('approvals', { action: answer, execution, reason }, deployment);
  const { answeredBy, message = 'The door did not say why.' } = body;
  if (status !== 200) return told(`Refused: ${message}`, false);
  const outcome = await outcomeOf(execution, deployment, { answered: true });
  switch (outcome.kind) {
    case 'taken':
      return told(`Approved by ${answeredBy}: the order is taken and followed within seconds.`, true);
    case 'not-taken':
      return told(`Not taken: ${outcome.why}`, answer === 'reject');
    default:
      return told(`${execution} was answered and has not ended within a minute.`, false);
  }

  function told(sentence: string, accepted: boolean): Answer<ApprovalSent> {
    const json = { execution, answeredBy, answer, accepted, sentence };
    return { text: `${sentence}\n`, json, exitCode: accepted ? 0 : 1 };
  }
}
