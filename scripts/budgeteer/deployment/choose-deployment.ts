import { parseStageConfig, StageConfigError, type StageConfigInput } from '../../../lib/config.ts';
import { InputError } from '../../command-line/input-error.ts';
import { readConfig } from '../../command-line/read-config.ts';
import { readDescription, versionNotice } from '../read-description.ts';
import { type AwsAccess, type Deployment, openDeployment } from './deployment.ts';

/** What every operator's command takes. */
export interface TargetOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  /** The account that the credentials have to be of (12 digits). @default any */
  readonly account?: string | undefined;
  readonly config?: string | undefined;
}

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;
/** As `lib/stages.ts` of a checkout declares them. */
export type DeclaredStages = Readonly<Record<string, Omit<StageConfigInput, 'stage'>>>;

const productionStage = 'production';
const stageOf = ({ stage }: TargetOptions, env: EnvironmentVariables): string =>
  stage ?? env['BUDGETEER_STAGE'] ?? productionStage;

/**
 * The deployment that options and environment name, as its own template describes it. `--config` puts a file of settings
 * in the place of that, for when CloudFormation cannot be asked.
 * @param say takes a sentence where deployment and command are of different versions
 * @throws InputError
 */
export async function chooseDeployment(
  options: TargetOptions,
  env: EnvironmentVariables,
  say: (sentence: string) => void,
): Promise<Deployment> {
  const stage = stageOf(options, env);
  const clock = clockOf(env);
  const aws = accessOf(options, env);
  const account = options.account ?? env['BUDGETEER_ACCOUNT'];
  if (options.config !== undefined) {
    return openDeployment({ aws, stage, settings: readConfig(options.config), clock, account });
  }
  const description = await readDescription(stage, aws);
  const notice = versionNotice(description);
  if (notice !== undefined) say(notice);
  const { settings, logging, invocationLogGroup, enforcerConcurrency, auditArchive } = description;
  return openDeployment({
    ...{ stage, settings, clock, aws, account, enforcerConcurrency },
    declaredLogging: logging,
    ownLogGroup: invocationLogGroup,
    auditArchive: auditArchive !== 'none',
  });
}

/**
 * The deployment that `lib/stages.ts` declares, whether it exists yet or not. Its Region is the pinned one where the stage
 * pins one.
 * @throws InputError
 */
export function declaredDeployment(
  options: TargetOptions,
  env: EnvironmentVariables,
  declared: DeclaredStages,
): Deployment {
  const stage = stageOf(options, env);
  const clock = clockOf(env);
  if (options.config !== undefined) {
    return openDeployment({
      ...{ aws: accessOf(options, env), stage, settings: readConfig(options.config), clock },
    });
  }
  const input = declared[stage];
  if (input === undefined) {
    throw new InputError(
      `There is no stage "${stage}": lib/stages.ts has ${Object.keys(declared).join(', ')}; or name a file with --config.`,
    );
  }
  try {
    const parsed = parseStageConfig({ stage, ...input });
    const { settings, account, region, logging, invocationLogGroup, enforcerConcurrency } = parsed;
    return openDeployment({
      ...{ stage, settings, clock, account, enforcerConcurrency },
      aws: accessOf(options, env, { stage, region }),
      declaredLogging: logging,
      ownLogGroup: invocationLogGroup,
      auditArchive: parsed.auditArchive !== 'none',
      bootstrapQualifier: parsed.bootstrapQualifier,
      organization: { organization: parsed.organization, region },
    });
  } catch (error) {
    throw error instanceof StageConfigError ? new InputError(error.message) : error;
  }
}

function accessOf(
  { region }: TargetOptions,
  env: EnvironmentVariables,
  pinned: { readonly stage?: string; readonly region?: string | undefined } = {},
): AwsAccess {
  if (region !== undefined && pinned.region !== undefined && region !== pinned.region) {
    throw new InputError(
      `Stage "${pinned.stage}" belongs to ${pinned.region}, not to ${region}: leave out --region, or name another stage.`,
    );
  }
  const chosen = region ?? pinned.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (chosen === undefined) {
    throw new InputError('No Region is named: give --region, or set AWS_REGION, as the deployment has it.');
  }
  return { region: chosen };
}

/** A local stack has a clock of its own, and its windows are the ones to ask about. */
function clockOf({ BUDGETEER_NOW: now }: EnvironmentVariables): (() => Date) | undefined {
  if (now === undefined) return undefined;
  const at = new Date(now);
  if (Number.isNaN(at.getTime()))
    throw new InputError(`BUDGETEER_NOW is "${now}", which is no ISO 8601 time.`);
  return () => at;
}
