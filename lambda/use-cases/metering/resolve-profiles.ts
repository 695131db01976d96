import type { Invocation } from '../../domain/metering/invocation.ts';
import {
  applicationProfileArn,
  isOwnProfile,
  modelBehind,
} from '../../domain/pricing/application-profile.ts';
import { behind, type Profiles } from '../../domain/pricing/resolve-model.ts';
import type { Settings } from '../../domain/settings.ts';
import type { ProfileDirectory } from '../ports/ledger.ts';

export interface ProfileDeps {
  readonly settings: Pick<Settings, 'profiles'>;
  /** @default nobody is asked: the settings alone say what profiles stand for */
  readonly profiles?: ProfileDirectory | undefined;
}

/**
 * What the application profiles in these calls stand for: the settings first, then Bedrock. A profile that stays
 * unknown is no reason to wait: its calls are posted at a ceiling, or by the model that answered, and flagged.
 */
export async function resolveProfiles(
  invocations: readonly Invocation[],
  { settings, profiles }: ProfileDeps,
): Promise<Profiles> {
  if (profiles === undefined) return settings.profiles;
  const unknown = invocations.flatMap((invocation) => {
    const arn = applicationProfileArn(invocation);
    const askable = arn !== undefined && isOwnProfile(arn, invocation);
    return askable && behind(invocation, settings.profiles) === undefined ? [arn] : [];
  });
  if (unknown.length === 0) return settings.profiles;
  const models = await profiles.modelsOf([...new Set(unknown)]);
  const found = [...models].flatMap(([arn, modelArns]) => {
    const model = modelBehind(arn, modelArns);
    return model === undefined ? [] : [[arn, model] as const];
  });
  return { ...Object.fromEntries(found), ...settings.profiles };
}
