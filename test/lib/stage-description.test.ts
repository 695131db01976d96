import type { StageConfigInput } from '../../lib/config.ts';
import { parseStageConfig } from '../../lib/config.ts';
import { version } from '../../lib/shared/version.ts';
import {
  describeStage,
  describingStack,
  descriptionKey,
  stageDescriptionSchema,
} from '../../lib/stage-description.ts';
import type { Template } from '../../scripts/local/assembly/template.ts';
import { build } from './build.ts';

/** Values of every kind that a stage may set for its commands. */
const everything = {
  settings: {
    mode: 'enforce',
    timeZone: 'Europe/Berlin',
    defaultBudget: { dayUsd: '5.00', monthUsd: '50.00' },
    budgets: { 'user/alice': { weekUsd: '20', thresholds: [{ at: '80%', do: ['notify'] }] } },
    teams: { 'team/ml': { members: ['user/bob'], monthUsd: '100.00' } },
    breakGlass: ['role/Admin'],
    sharedRoles: ['Shared'],
    earlyStop: { enabled: true },
  },
  invocationLogGroup: '/bedrock/calls',
  enforcerConcurrency: 'unreserved',
  auditArchive: 'none',
} satisfies Partial<StageConfigInput>;

function templateOf(overrides: Partial<StageConfigInput>): Template {
  const { app } = build(overrides);
  const { template } = app.synth().getStackByName(describingStack('test'));
  return template as Template;
}

test('The template of the last stack says what the stage is, as a command reads it', () => {
  const { Metadata, Outputs } = templateOf(everything);
  const config = parseStageConfig({ stage: 'test', ...everything });

  const read = stageDescriptionSchema.parse(Metadata?.[descriptionKey]);
  expect(read).toEqual(describeStage(config));
  expect(read).toMatchObject({ version, stage: 'test', settings: config.settings });
  expect(Outputs?.['Version']?.Value).toBe(version);
});

test('What only the commands need changes an output, since CloudFormation does not update metadata alone', () => {
  const [one, other] = [{}, { invocationLogGroup: '/another' }].map((overrides) => templateOf(overrides));

  expect(one?.Outputs?.['Described']).not.toEqual(other?.Outputs?.['Described']);
});
