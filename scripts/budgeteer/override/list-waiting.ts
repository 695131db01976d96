import { DescribeExecutionCommand, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { overrideRequestSchema } from '../../../lambda/contracts/override.ts';
import { describeOverride } from '../../../lambda/domain/control/apply-override.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { overrideMachineArn } from './override-execution.ts';

export interface WaitingOrder {
  readonly execution: string;
  readonly since: string;
  readonly requestedBy: string;
  readonly order: string;
  readonly reason: string;
}

/** `approvals`: orders that wait for a second person, or are just being checked. */
export async function listWaiting(deployment: Deployment): Promise<Answer<readonly WaitingOrder[]>> {
  const client = new SFNClient(deployment.aws);
  const stateMachineArn = await overrideMachineArn(deployment);
  const waiting: WaitingOrder[] = [];
  for await (const { executions = [] } of paginateListExecutions(
    { client },
    { stateMachineArn, statusFilter: 'RUNNING' },
  )) {
    for (const { executionArn, name: execution = '', startDate } of executions) {
      const { input = '{}' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const parsed = overrideRequestSchema.safeParse(JSON.parse(input));
      if (!parsed.success) continue;
      const { requestedBy, reason } = parsed.data;
      const since = startDate?.toISOString() ?? '';
      waiting.push({ execution, since, requestedBy, order: describeOverride(parsed.data), reason });
    }
  }
  const rows = waiting.map(({ execution, since, requestedBy, order, reason }) => [
    execution,
    since,
    requestedBy,
    order,
    reason,
  ]);
  const text =
    rows.length === 0
      ? 'No order waits for a second person.\n'
      : textTable(['execution', 'since', 'by', 'order', 'reason'], rows);
  return { text, json: waiting, exitCode: 0 };
}
