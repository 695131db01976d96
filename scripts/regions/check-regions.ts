import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { buildApp, createApp } from '../../lib/budgeteer-app.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import { budgetPlace, doorForm, isKnownRegion, partitionOf } from '../../lib/regions/region-choices.ts';
import { cloudFormationValidator, type Finding } from './validator.ts';

/** What the validator says of one Region. */
export interface RegionVerdict {
  readonly region: string;
  readonly partition: string;
  readonly door: 'url' | 'api';
  /** Where its AWS budget is made. */
  readonly budget: 'here' | 'elsewhere' | 'nowhere';
  /** Whether the validator knows the Region: of another one it says nothing. */
  readonly known: boolean;
  /** What stands against a deployment. */
  readonly problems: readonly string[];
}

interface StackTemplate {
  readonly name: string;
  readonly text: string;
  /** The Region that the stack is for, where that is another one than the stage's. */
  readonly elsewhere: string | undefined;
}

const account = '111122223333';

/** Regions of the partitions that a stage may be deployed to, in the order of their names. */
export const everyRegion = (): string[] =>
  RegionInfo.regions
    .map(({ name }) => name)
    .filter((region) => partitionOf(region) !== undefined)
    .sort();

/** A stage in a Region as CloudFormation gets it, without the functions' code. */
function synthesize(region: string, stage: Omit<StageConfigInput, 'stage'>): StackTemplate[] {
  const folder = mkdtempSync(join(tmpdir(), 'budgeteer-region-'));
  process.env['CDK_VALIDATION'] = 'false';
  try {
    const app = createApp(folder);
    const code = { of: () => Code.fromInline('export {};') };
    buildApp({ stage: 'regions', account, region, ...stage }, { app, code });
    return app.synth().stacks.map(({ stackName, template, environment }) => ({
      name: stackName,
      text: JSON.stringify(template),
      elsewhere: environment.region === region ? undefined : environment.region,
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isProblem = ({ severity }: Finding) => severity === 'FATAL' || severity === 'ERROR';
const said = (stack: string, { ruleId, message }: Finding) => `${stack}: ${ruleId}: ${message}`;

/**
 * Holds a stage against AWS's validator for every Region: one synth for each class of Regions that are deployed alike, all
 * rules once for each class, and the Region's own schemas for each Region.
 */
export function checkRegions(
  stage: Omit<StageConfigInput, 'stage'>,
  regions = everyRegion(),
): RegionVerdict[] {
  const { CompositeEngine, SchemaValidator, TemplateContent } = cloudFormationValidator();
  const engine = new CompositeEngine();
  const schemas = new SchemaValidator();
  const classes = new Map<string, { templates: StackTemplate[]; problems: string[] }>();
  try {
    return regions.map((region) => {
      const [partition = 'aws', door] = [partitionOf(region), doorForm({ region })];
      const { where: budget } = budgetPlace({ region });
      const key = [partition, door, budget].join(' ');
      let found = classes.get(key);
      if (found === undefined) {
        const templates = synthesize(region, stage);
        const problems = templates.flatMap(({ name, text, elsewhere }) =>
          engine
            .validateTemplate(new TemplateContent(text, name), {
              detailLevel: 'STANDARD',
              pseudoParameterOverrides: { region: elsewhere ?? region, partition, accountId: account },
            })
            .diagnostics.filter(isProblem)
            .map((finding) => said(name, finding)),
        );
        found = { templates, problems };
        classes.set(key, found);
        return { region, partition, door, budget, known: isKnownRegion(region), problems };
      }
      const problems = found.templates.flatMap(({ name, text, elsewhere }) =>
        elsewhere !== undefined
          ? []
          : schemas
              .validate(new TemplateContent(text, name), region)
              .filter(isProblem)
              .map((finding) => said(name, finding)),
      );
      return { region, partition, door, budget, known: isKnownRegion(region), problems };
    });
  } finally {
    schemas.free();
    engine.free();
  }
}
