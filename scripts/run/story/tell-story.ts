import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { formatUsdShort } from '../../../lambda/domain/money.ts';
import { charge } from '../../../lambda/domain/pricing/charge.ts';
import { identify } from '../../../lambda/domain/principal.ts';
import { table } from '../../command-line/text-table.ts';
import { eventsOf } from '../events.ts';
import {
  budgetTable,
  ingestSentence,
  invocationTable,
  minute,
  section,
  short,
  spendTable,
} from '../report.ts';
import { type StoryResult, storySettings } from './run-story.ts';
import { logRecordOf } from './story-calls.ts';

const premise = `Bedrock Budgeteer in a small account, from its deployment on 16 November 2026 to the turn of the month.
All on this machine: the synthesized templates, the real handlers and workflows, no AWS account.`;

/** The month as a manager would want to read it. */
export function tellStory({ result, refused }: StoryResult): string {
  const month = result.account.windows['month:2026-11'];
  const total =
    month === undefined
      ? ''
      : `The account spent ${short(month.spentUsd)} of ${short(month.limitUsd ?? '0')}` +
        (month.ceilingUsd === undefined
          ? '.'
          : `, and at most ${short(month.ceilingUsd)} more on a model without a known price.`);
  const sections = [
    premise,
    section('Who spent what on which model', spendTable(result)),
    section('What each budget came to', budgetTable(result)),
    section('Who was warned, restricted, suspended and restored (UTC)', eventsOf(result).join('\n')),
    section('What IAM refused meanwhile', refusedTable(refused)),
    section('Whose calls began or ceased to be let through', invocationTable(result)),
    total,
    ingestSentence(result),
  ];
  return `${sections.join('\n\n')}\n`;
}

function refusedTable(refused: StoryResult['refused']): string {
  const groups = Object.values(
    Object.groupBy(refused, ({ call: { member } }) => `${member.arn} ${member.modelId}`),
  );
  const rows = groups.flatMap((group = []) => {
    const [first, last] = [group[0]?.call, group.at(-1)?.call];
    if (first === undefined || last === undefined) return [];
    const cost = group.reduce(
      (sum, { call }) => sum + costOf(logRecordOf({ ...call, outcome: 'answered' })),
      0n,
    );
    const fellBack = group.filter((each) => each.fellBack).length;
    return [
      [
        identify(first.member.arn, storySettings).id,
        first.member.modelId,
        group.length,
        formatUsdShort(cost),
        minute(first.at.toISOString()),
        minute(last.at.toISOString()),
        fellBack > 0 ? `${fellBack} went to ${first.member.fallback}` : '',
      ],
    ];
  });
  return table(['principal', 'model', 'calls', 'would have cost', 'from', 'until', ''], rows, [2, 3]);
}

function costOf(line: string): bigint {
  const reading = readLine(line);
  return reading.kind === 'invocation' ? charge(reading.invocation, storySettings).cost : 0n;
}
