import { CreatePolicyVersionCommand, DeletePolicyVersionCommand } from '@aws-sdk/client-iam';
import { switchTextsFor } from '../../../lambda/domain/deny-policies/switch-policy.ts';
import type { CommandAnswer } from '../../command-line/answer.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { iamOf, readSwitch, type SwitchState } from './switch-state.ts';

export interface SwitchAnswer {
  readonly policyArn: string;
  /** What is in force; `unknown` for a text that is not ours. */
  readonly position: string;
  /** Whether both versions are there, as this code writes them. */
  readonly ready: boolean;
  readonly carriers: number;
  readonly versions: readonly { readonly id: string; readonly position: string; readonly inForce: boolean }[];
}

/** `switch status`: where the halt switch stands, whether it can be set, who carries it. Exit status 1 where it could not. */
export async function switchStatus(deployment: Deployment): Promise<CommandAnswer<SwitchAnswer>> {
  return answerOf(await readSwitch(deployment));
}

/**
 * `switch author`: writes the version that denies, with the caller's own rights, and removes versions that are neither ours
 * nor in force. It is not put in force: that is the switch's, at a halt. Again it changes nothing.
 */
export async function authorSwitch(deployment: Deployment): Promise<CommandAnswer<SwitchAnswer>> {
  const { policyArn: PolicyArn, versions } = await readSwitch(deployment);
  const iam = iamOf(deployment);
  if (!versions.some(({ position }) => position === 'deny')) {
    // IAM keeps five: what an earlier release wrote makes room.
    for (const { id, position, isDefault } of versions) {
      if (position !== undefined || isDefault) continue;
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: id }));
    }
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: JSON.stringify(switchTextsFor(PolicyArn).deny),
        SetAsDefault: false,
      }),
    );
  }
  return answerOf(await readSwitch(deployment));
}

function answerOf({ policyArn, versions, carriers }: SwitchState): CommandAnswer<SwitchAnswer> {
  const listed = versions.map(({ id, isDefault, position }) => ({
    ...{ id, position: position ?? 'unknown', inForce: isDefault },
  }));
  const ready = ['dormant', 'deny'].every((position) =>
    listed.some((version) => version.position === position),
  );
  const position = listed.find(({ inForce }) => inForce)?.position ?? 'unknown';
  const text = [
    `The halt switch is ${position === 'unknown' ? 'at a version that is NOT ours' : `"${position}"`}; ${carriers} principals carry it.`,
    ready
      ? 'Both versions are there.'
      : 'It cannot be set: run "budgeteer switch author", with rights to write policy versions.',
    ...listed.map((version) => `  ${version.id}: ${version.position}${version.inForce ? ', in force' : ''}`),
  ];
  const json = { policyArn, position, ready, carriers, versions: listed };
  return { text: `${text.join('\n')}\n`, json, exitCode: ready && position !== 'unknown' ? 0 : 1 };
}
