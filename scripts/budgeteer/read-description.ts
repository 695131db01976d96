import { CloudFormationClient, GetTemplateSummaryCommand } from '@aws-sdk/client-cloudformation';
import { version } from '../../lib/shared/version.ts';
import {
  describingStack,
  descriptionKey,
  type StageDescription,
  stageDescriptionSchema,
} from '../../lib/stage-description.ts';
import { InputError } from '../command-line/input-error.ts';
import type { AwsAccess } from './deployment/deployment.ts';

/**
 * Asks CloudFormation what a stage is.
 * @throws InputError where there is no such stage, where it does not describe itself, or where this version of the
 * command cannot read its settings
 */
export async function readDescription(stage: string, aws: AwsAccess): Promise<StageDescription> {
  const { region } = aws;
  const where = `stage "${stage}" in ${region}`;
  const text = await templateMetadata(describingStack(stage), aws);
  if (text === undefined) {
    throw new InputError(
      `There is no ${where} in the account of these credentials: check --stage, --region and AWS_PROFILE.`,
    );
  }
  const found = (JSON.parse(text || '{}') as Record<string, unknown>)[descriptionKey];
  if (found === undefined) {
    throw new InputError(
      `The ${where} does not describe itself: a version before 0.2.0 deployed it. Deploy it again, or give --config.`,
    );
  }
  const parsed = stageDescriptionSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  const deployed = String((found as Record<string, unknown>)['version']);
  throw new InputError(
    `The ${where} runs version ${deployed}, whose settings this command of version ${version} cannot read: install ` +
      `version ${deployed} of the command.`,
  );
}

/** One sentence where the command and the deployment are of different versions. */
export function versionNotice({ stage, version: deployed }: StageDescription): string | undefined {
  if (deployed === version) return undefined;
  return (
    `The stage "${stage}" runs version ${deployed}, and this command is version ${version}: what they mean by a word or ` +
    `a record may differ. Install version ${deployed} of the command.`
  );
}

/** The metadata of a stack's template as JSON text; undefined where there is no such stack. */
async function templateMetadata(StackName: string, aws: AwsAccess): Promise<string | undefined> {
  const client = new CloudFormationClient({ ...aws, maxAttempts: 3 });
  try {
    const { Metadata = '' } = await client.send(new GetTemplateSummaryCommand({ StackName }));
    return Metadata;
  } catch (error) {
    if ((error as Error).message.includes('does not exist')) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
