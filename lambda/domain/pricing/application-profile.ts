import type { Invocation } from '../metering/invocation.ts';
import { modelIdText } from './model-id.ts';

const profileArn =
  /^arn:aws(?:-[a-z-]+)?:bedrock:([a-z0-9-]+):(\d{12}):application-inference-profile\/[\w.:-]{1,64}$/;
const bareProfile = /^[a-z0-9]{12}$/;

/**
 * ARN of the application inference profile that a call named, by the ARN or by the bare id; undefined for every other
 * name. The model is not in it: someone has to be asked.
 */
export function applicationProfileArn({
  modelId,
  region,
  account,
}: Pick<Invocation, 'modelId' | 'region' | 'account'>): string | undefined {
  const text = modelIdText(modelId);
  if (profileArn.test(text)) return text;
  return bareProfile.test(text)
    ? `arn:${partitionOf(region)}:bedrock:${region}:${account}:application-inference-profile/${text}`
    : undefined;
}

/** Whether the profile belongs to the caller's account and Region: only there Bedrock answers for it. */
export function isOwnProfile(
  arn: string,
  { region, account }: Pick<Invocation, 'region' | 'account'>,
): boolean {
  const [, ofRegion, ofAccount] = profileArn.exec(arn) ?? [];
  return ofRegion === region && ofAccount === account;
}

/** How far a profile routes; a global one is about 10 % cheaper for the models that know the difference. */
export type ProfileScope = 'in-region' | 'geo' | 'global';

/**
 * Bedrock does not tell what a profile was copied from, only the models it routes to, one ARN a Region: in its own
 * Region, in several of one geography, or anywhere, which an ARN without a Region or a world-wide list says.
 */
export function profileScope(modelArns: readonly string[], region: string): ProfileScope {
  const regions = [...new Set(modelArns.map((arn) => arn.split(':')[3] ?? ''))];
  if (regions.includes('') || new Set(regions.flatMap(continentOf)).size > 1) return 'global';
  return regions.length === 1 && regions[0] === region ? 'in-region' : 'geo';
}

/**
 * What stands behind a profile, spelt as a caller could have: the model's id, with `global.` before it where the
 * profile routes anywhere. Undefined where the list does not name one model.
 */
export function modelBehind(profileArn: string, modelArns: readonly string[]): string | undefined {
  const names = [...new Set(modelArns.map((arn) => arn.split(':').slice(5).join(':')))];
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  const [, model] = /^foundation-model\/(.+)$/.exec(name) ?? [];
  // Capacity that is billed by the hour keeps its ARN, by which it is recognised.
  if (model === undefined) return modelArns[0];
  const scope = profileScope(modelArns, profileArn.split(':')[3] ?? '');
  return scope === 'global' ? `global.${model}` : model;
}

/** No geographic profile crosses from one of these to another; the Regions between them tell nothing. */
function continentOf(region: string): readonly string[] {
  const [area = ''] = region.split('-');
  if (['us', 'ca', 'mx', 'sa'].includes(area)) return ['america'];
  if (area === 'eu') return ['europe'];
  return area === 'ap' ? ['asia'] : [];
}

function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
