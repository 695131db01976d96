import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { dueIndex, principalShard } from '../../../lambda/adapters/dynamodb/keys.ts';
import { enforcedLevelFor } from '../../../lambda/domain/control/access.ts';
import { iamTarget } from '../../../lambda/domain/control/iam-target.ts';
import { modeOf, protectionOf, scopeIn, teamOf } from '../../../lambda/domain/control/subject.ts';
import { fencedRolesOf } from '../../../lambda/domain/settings.ts';
import { subjectOf } from '../../../lambda/domain/subject.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type KnownSubject, readBudgetItems } from '../deployment/read-budget-items.ts';
import type { HaltCandidate } from './plan-halt.ts';

/** Everyone, in the order in which a halt would stop them. What only IAM knows, a path or a tag, is not looked up. */
export async function readHaltCandidates(deployment: Deployment): Promise<readonly HaltCandidate[]> {
  const known = await readBudgetItems(deployment, []);
  const members: HaltCandidate[] = [];
  const pages = paginateQuery(
    { client: deployment.client },
    {
      TableName: deployment.tables.budgets,
      IndexName: dueIndex,
      KeyConditionExpression: 'dueShard = :shard',
      ExpressionAttributeValues: { ':shard': principalShard },
      ScanIndexForward: false,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, dueAt } of Items) {
      members.push(memberOf(String(pk), BigInt(String(dueAt)), known.get(String(pk)), deployment));
    }
  }
  return members;
}

function memberOf(
  subject: string,
  perMinute: bigint,
  known: KnownSubject | undefined,
  { settings }: Deployment,
): HaltCandidate {
  const role = subjectOf(subject).role;
  return {
    subject,
    perMinute,
    obstacle: obstacleTo(subject, known?.taggedTeam, settings),
    denied:
      known?.state?.enforced.level === 'suspended' && enforcedLevelFor(known.state.holds) === 'suspended',
    ...(role !== undefined && role !== subject && { coveredBy: role }),
    isSum: scopeIn(subject, settings) === 'role',
  };
}

function obstacleTo(
  subject: string,
  taggedTeam: string | undefined,
  settings: Deployment['settings'],
): string | undefined {
  const team = teamOf(subject, settings, taggedTeam);
  if (protectionOf(subject, settings) === 'break-glass') return 'It is a break-glass principal.';
  if (modeOf(subject, team, settings) !== 'enforce') {
    const whose =
      team !== undefined && settings.teams[team]?.mode === 'shadow' ? `Its team ${team}` : 'The stage';
    return `${whose} runs in shadow mode.`;
  }
  const target = iamTarget(subject, fencedRolesOf(settings));
  return 'unenforceable' in target ? target.unenforceable : undefined;
}
