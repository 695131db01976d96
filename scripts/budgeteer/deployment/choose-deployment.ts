import { parseStageConfig, StageConfigError } from '../../../lib/config.ts';
import { stages } from '../../../lib/stages.ts';
import { InputError } from '../../command-line/input-error.ts';
import { readConfig } from '../../command-line/read-config.ts';
import { type AwsAccess, type Deployment, openDeployment } from './deployment.ts';

/** What every operator's command takes. */
export interface TargetOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly config?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The deployment that options and environment name. Its settings are those of `lib/stages.ts`, which the deployment was
 * made from, and so is its Region where the stage pins one; a local stack, which is no stage there, says by `BUDGETEER_…`
 * what it runs with.
 * @throws InputError
 */
export function chooseDeployment(
  options: TargetOptions,
  env: Environment = process.env,
  known: typeof stages = stages,
): Deployment {
  const stage = options.stage ?? env['BUDGETEER_STAGE'] ?? 'production';
  const config = options.config ?? env['BUDGETEER_CONFIG'];
  const now = env['BUDGETEER_NOW'];
  const clock = now === undefined ? undefined : clockAt(now);
  if (config !== undefined) {
    return openDeployment({ aws: accessOf(options, env), stage, settings: readConfig(config), clock });
  }
  const input = known[stage];
  if (input === undefined) {
    throw new InputError(
      `There is no stage "${stage}": lib/stages.ts has ${Object.keys(known).join(', ')}; or name a file with --config.`,
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
      organization: { organization: parsed.organization, region },
    });
  } catch (error) {
    throw error instanceof StageConfigError ? new InputError(error.message) : error;
  }
}

function accessOf(
  { region }: TargetOptions,
  env: Environment,
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
function clockAt(now: string): () => Date {
  const at = new Date(now);
  if (Number.isNaN(at.getTime()))
    throw new InputError(`BUDGETEER_NOW is "${now}", which is no ISO 8601 time.`);
  return () => at;
}
