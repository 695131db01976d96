import * as z from 'zod';
import { type StageConfig, stageConfigSchema } from './config.ts';
import { physicalName } from './shared/naming.ts';
import { version } from './shared/version.ts';

/** Under this name the template's metadata carry the description. */
export const descriptionKey = 'BedrockBudgeteer';

/**
 * The stack whose template describes the stage: the last one to be deployed, so that a description in force tells of a
 * stage that is complete.
 */
export const describingStack = (stage: string): string => physicalName(stage, 'workflow-orchestration');

/** What of a stage's configuration the commands work with. */
const described = {
  stage: true,
  settings: true,
  logging: true,
  invocationLogGroup: true,
  enforcerConcurrency: true,
  auditArchive: true,
} as const;

/** A stage as its deployment tells of it, with the version of the product that deployed it. */
export const stageDescriptionSchema = stageConfigSchema.pick(described).extend({ version: z.string() });
export type StageDescription = z.output<typeof stageDescriptionSchema>;

/** The description that goes into the template. JSON alone: no bigint, no date. */
export function describeStage(config: StageConfig): StageDescription {
  const { stage, settings, logging, invocationLogGroup, enforcerConcurrency, auditArchive } = config;
  return {
    ...{ version, stage, settings, logging, enforcerConcurrency, auditArchive },
    ...(invocationLogGroup && { invocationLogGroup }),
  };
}
