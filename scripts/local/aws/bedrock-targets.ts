/** One authorisation that a Bedrock call needs: each has to be allowed. */
export interface BedrockTarget {
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** The ARNs of one call, and what could not be known about them. */
export interface BedrockTargets {
  readonly targets: readonly BedrockTarget[];
  readonly caveat?: string;
}

export interface BedrockPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * Regions that a geographic inference profile may route to. The real sets differ by model; policies name models, not
 * Regions, so the superset decides alike.
 */
const geographies: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  'us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  eu: ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'],
  apac: [
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
  ],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  ca: ['ca-central-1', 'us-east-1', 'us-east-2', 'us-west-2'],
  in: ['ap-south-1', 'ap-south-2'],
  sa: ['sa-east-1'],
};

/** Which ARNs Bedrock authorises an invocation of `modelId` on; `profiles` says what application profiles stand for. */
export function bedrockTargets(
  modelId: string,
  place: BedrockPlace,
  profiles: Readonly<Record<string, string>>,
): BedrockTargets {
  const arn = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):([^/]+)\/(.+)$/.exec(modelId);
  if (!arn) return bareId(modelId, place);
  const [, partition = '', , region = '', , type = '', id = ''] = arn;
  const there = { ...place, partition, region: region || place.region };
  switch (type) {
    case 'foundation-model':
      return { targets: [foundationModel(id, there)] };
    case 'inference-profile':
      return bareId(id, there);
    case 'application-inference-profile': {
      const behind = profiles[modelId];
      const own = target(modelId, there.region);
      if (behind === undefined) {
        return { targets: [own], caveat: 'the model behind this application profile is not configured' };
      }
      const { targets } = bedrockTargets(behind, there, {});
      const models = targets.filter(({ resource }) => resource.includes('foundation-model/'));
      return { targets: [own, ...models.map((model) => through(model, modelId))] };
    }
    default:
      // Provisioned, imported, custom and marketplace models, prompt routers: only the ARN itself.
      return { targets: [target(modelId, there.region)] };
  }
}

function bareId(id: string, place: BedrockPlace): BedrockTargets {
  const parts = /^(global|us-gov|[a-z]{2,4})\.([a-z0-9-]+\..+)$/.exec(id);
  const prefix = parts?.[1];
  const model = parts?.[2];
  // Model ids with two dots (provider.name.version) begin with a provider, whose name is no geography.
  if (!prefix || !model || (prefix !== 'global' && !Object.hasOwn(geographies, prefix))) {
    return { targets: [foundationModel(id, place)] };
  }
  const profile = `arn:${place.partition}:bedrock:${place.region}:${place.account}:inference-profile/${id}`;
  const regions =
    prefix === 'global' ? [place.region] : [...new Set([place.region, ...(geographies[prefix] ?? [])])];
  const models = regions.map((region) => foundationModel(model, { ...place, region }));
  if (prefix === 'global') {
    models.push(target(`arn:${place.partition}:bedrock:::foundation-model/${model}`, 'unspecified'));
  }
  return { targets: [target(profile, place.region), ...models.map((each) => through(each, profile))] };
}

function foundationModel(id: string, { partition, region }: BedrockPlace): BedrockTarget {
  return target(`arn:${partition}:bedrock:${region}::foundation-model/${id}`, region);
}

function target(resource: string, region: string): BedrockTarget {
  return { resource, context: { 'aws:RequestedRegion': region } };
}

function through({ resource, context }: BedrockTarget, profileArn: string): BedrockTarget {
  return { resource, context: { ...context, 'bedrock:InferenceProfileArn': profileArn } };
}
