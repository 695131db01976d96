/** Where in S3. */
export interface S3Place {
  readonly bucketName: string;
  readonly keyPrefix?: string | undefined;
}

/** Where in CloudWatch Logs, and as whom Bedrock writes there. */
export interface LogGroupPlace {
  readonly logGroupName: string;
  readonly roleArn: string;
  /** Where bodies go that are too large for a log event. */
  readonly largeDataDeliveryS3Config?: S3Place | undefined;
}

/**
 * What Bedrock has one of in each Region, in the shape of its API: two slots for destinations, and switches that say
 * for both which bodies are delivered. A switch that is left out counts as on, but for the one for audio, which
 * configurations from before its day lack.
 */
export interface LoggingConfig {
  readonly cloudWatchConfig?: LogGroupPlace | undefined;
  readonly s3Config?: S3Place | undefined;
  readonly [bodies: `${string}DataDeliveryEnabled`]: boolean | undefined;
}

/** What a deployment has found and what it has made of it, so that it can be put back. */
export interface LoggingRecord {
  /** What was there, and would be there without us; undefined where logging was off. */
  readonly before: LoggingConfig | undefined;
  /** What we wrote, or were about to write when a deployment broke off. */
  readonly applied: readonly LoggingConfig[];
}

const kinds = ['text', 'image', 'embedding', 'video', 'audio'] as const;

/** No body of any kind. */
export const noBodies: LoggingConfig = Object.fromEntries(
  kinds.map((kind) => [`${kind}DataDeliveryEnabled`, false]),
);

export const hasDestination = (config: LoggingConfig | undefined): config is LoggingConfig =>
  config?.cloudWatchConfig !== undefined || config?.s3Config !== undefined;

/** Which bodies are delivered: the switches alone. */
export function switches(config: LoggingConfig): LoggingConfig {
  const { cloudWatchConfig: _group, s3Config: _bucket, ...rest } = config;
  return rest;
}

/** What Bedrock takes a switch for that is left out. */
const switchDefaults: LoggingConfig = Object.fromEntries(
  kinds.map((kind) => [`${kind}DataDeliveryEnabled`, kind !== 'audio']),
);

/** Whether prompts, answers or media reach a destination today. */
export function deliversBodies(config: LoggingConfig | undefined): boolean {
  if (!hasDestination(config)) return false;
  const effective = explicit(config);
  return kinds.some((kind) => effective[`${kind}DataDeliveryEnabled`]);
}

/** Means the same, however it is written down: with or without what Bedrock fills in by itself. */
export function sameLogging(one: LoggingConfig | undefined, other: LoggingConfig | undefined): boolean {
  return canonical(one && explicit(one)) === canonical(other && explicit(other));
}

function explicit(config: LoggingConfig): LoggingConfig {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return { ...switchDefaults, ...Object.fromEntries(given) };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  // An empty name or prefix is none.
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== '');
  return `{${members
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${key}:${canonical(member)}`)
    .join()}}`;
}
