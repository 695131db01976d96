import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { alertOf, isAlert } from '../../../lambda/adapters/dynamodb/alert-items.ts';
import { formatUsd } from '../../../lambda/domain/money.ts';
import { alertName } from '../../../lambda/domain/notify/commands.ts';
import { percentOf } from '../../../lambda/domain/notify/figures.ts';
import { headline } from '../../../lambda/domain/notify/headline.ts';
import { checkDays } from '../../command-line/check-days.ts';
import { InputError } from '../../command-line/input-error.ts';
import { textTable } from '../../command-line/text-table.ts';
import type { Answer } from '../deployment/answer-command.ts';
import { operatorName } from '../deployment/caller.ts';
import type { Deployment } from '../deployment/deployment.ts';

export interface ListedAlert {
  /** As `alerts ack` takes it. */
  readonly alert: string;
  readonly at: string;
  readonly severity: string;
  readonly headline: string;
  readonly spentUsd: string;
  readonly limitUsd: string;
  readonly percent: number;
  /** `sent`, `folded` into a digest, `with-another` of the same jump, or `waiting`. */
  readonly told: 'sent' | 'folded' | 'with-another' | 'waiting';
  readonly acknowledged: { readonly at: string; readonly by: string; readonly reason: string } | undefined;
}

const msOfDay = 86_400_000;
/** The window separates subject and id: neither kind of name has a colon before a window's. */
const nameShape = /^(.+?)#((?:day|week|month):[\d-]+(?:W\d\d)?#.+)$/;

/** `alerts list`: what has not been acknowledged, the newest first; with `all` the rest, too. */
export async function listAlerts(
  { all, days }: { readonly all: boolean; readonly days: number },
  { client, tables, clock }: Deployment,
): Promise<Answer<readonly ListedAlert[]>> {
  checkDays(days);
  const since = new Date(clock().getTime() - days * msOfDay).toISOString();
  const found: ListedAlert[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tables.alerts })) {
    // What is told to a person alone asks nothing of an admin.
    found.push(...Items.filter((item) => isAlert(item) && item['audience'] === undefined).map(listed));
  }
  const json = found
    .filter(({ at, acknowledged }) => at >= since && (all || acknowledged === undefined))
    .sort((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : a.alert < b.alert ? -1 : 1));
  const rows = json.map((row) => [
    row.at,
    row.severity,
    row.headline,
    `${row.percent} %`,
    row.told,
    stateOf(row),
    row.alert,
  ]);
  const text =
    rows.length === 0
      ? `No alert of the last ${days} days ${all ? 'is there' : 'waits to be acknowledged'}.\n`
      : textTable(['at', 'severity', 'what', 'used', 'told', 'acknowledged', 'alert'], rows);
  return { text, json, exitCode: 0 };
}

/** `alerts ack ALERT`: notes in the alert who has seen it, and why that is enough. @throws InputError */
export async function acknowledgeAlert(
  name: string,
  { reason }: { readonly reason: string },
  deployment: Deployment,
): Promise<Answer<{ readonly alert: string; readonly by: string; readonly at: string }>> {
  const [, pk, sk] = nameShape.exec(name) ?? [];
  if (pk === undefined || sk === undefined) {
    throw new InputError(
      `"${name}" names no alert: write it as \`alerts list\` does, 'user/alice#month:2026-11#80%'.`,
    );
  }
  if (reason.trim() === '')
    throw new InputError('--reason is empty: say why this needs no further attention.');
  const by = await operatorName(deployment);
  const at = deployment.clock().toISOString();
  try {
    await deployment.client.send(
      new UpdateCommand({
        TableName: deployment.tables.alerts,
        Key: { pk, sk },
        UpdateExpression: 'SET acknowledgedAt = :at, acknowledgedBy = :by, acknowledgeReason = :reason',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAt)',
        ExpressionAttributeValues: { ':at': at, ':by': by, ':reason': reason },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new InputError(
      `${name} is not there, or was acknowledged before: see \`alerts list --all\`. Nothing was changed.`,
    );
  }
  return { text: `${name} is acknowledged by ${by}.\n`, json: { alert: name, by, at }, exitCode: 0 };
}

function listed(item: Readonly<Record<string, unknown>>): ListedAlert {
  const alert = alertOf(item);
  const { acknowledgedAt, acknowledgedBy, acknowledgeReason } = item as Readonly<Record<string, string>>;
  return {
    alert: alertName(alert),
    at: alert.at,
    severity: alert.severity,
    headline: headline(alert),
    spentUsd: formatUsd(alert.spent),
    limitUsd: formatUsd(alert.limit),
    percent: percentOf(alert),
    told: toldOf(item, alert.publish),
    acknowledged:
      acknowledgedAt === undefined
        ? undefined
        : { at: acknowledgedAt, by: acknowledgedBy ?? '', reason: acknowledgeReason ?? '' },
  };
}

function toldOf(item: Readonly<Record<string, unknown>>, publish: boolean): ListedAlert['told'] {
  if (!publish) return 'with-another';
  if (item['sentAt'] !== undefined) return 'sent';
  return item['foldedInto'] === undefined ? 'waiting' : 'folded';
}

const stateOf = ({ acknowledged }: ListedAlert) =>
  acknowledged === undefined ? '' : `${acknowledged.by}: ${acknowledged.reason}`;
