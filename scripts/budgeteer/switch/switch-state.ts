import { IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { IamDenyCarriers } from '../../../lambda/adapters/iam/deny-carriers.ts';
import { IamSwitchPolicy } from '../../../lambda/adapters/iam/switch-policy.ts';
import {
  positionOf,
  type SwitchPosition,
  switchTextsFor,
} from '../../../lambda/domain/deny-policies/switch-policy.ts';
import type { SwitchPolicyVersion } from '../../../lambda/use-cases/ports/iam.ts';
import { ownPath } from '../../../lib/shared/naming.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** The switch policy as IAM has it, and what is in it. */
export interface SwitchState {
  readonly policyArn: string;
  readonly versions: readonly (SwitchPolicyVersion & { readonly position: SwitchPosition | undefined })[];
  readonly carriers: number;
}

export const iamOf = ({ aws }: Deployment): IAMClient => new IAMClient({ ...aws, maxAttempts: 6 });

/** @throws InputError where the stage has no halt switch, or it is not deployed */
export async function readSwitch(deployment: Deployment): Promise<SwitchState> {
  const { stage, settings, aws } = deployment;
  if (settings.haltSwitch === 'off') {
    throw new InputError(
      `The stage "${stage}" has no halt switch: set settings.haltSwitch to 'on' in lib/stages.ts and deploy.`,
    );
  }
  const { Arn = '' } = await new STSClient({ ...aws }).send(new GetCallerIdentityCommand({}));
  const [, partition, , , account] = Arn.split(':');
  const policyArn = `arn:${partition}:iam::${account}:policy${ownPath}BedrockBudgetSwitch-${stage}`;
  const texts = switchTextsFor(policyArn);
  const iam = iamOf(deployment);
  const versions = await new IamSwitchPolicy(policyArn, iam).versions();
  if (versions.length === 0) {
    throw new InputError(`There is no policy ${policyArn}: deploy the security stack of "${stage}".`);
  }
  return {
    policyArn,
    versions: versions.map((version) => ({ ...version, position: positionOf(version.document, texts) })),
    carriers: (await new IamDenyCarriers(iam).of(policyArn)).length,
  };
}
