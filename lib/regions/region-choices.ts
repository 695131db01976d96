import { type StageConfig, StageConfigError } from '../config.ts';
import missingTypes from './missing-types.json' with { type: 'json' };

type Choice = keyof typeof missingTypes.types;
const missing: Readonly<Record<Choice, readonly string[]>> = missingTypes.types;

/** Whether CloudFormation has a type in a Region, by AWS's validator; a Region that it does not know is taken to have all. */
export const hasType = (type: Choice, region: string): boolean => !missing[type].includes(region);

/** Whether the validator knows this Region. */
export const isKnownRegion = (region: string): boolean => knownRegions.includes(region);

/** All Regions that the validator knows. */
export const knownRegions: readonly string[] = missingTypes.regions;

/** What AWS's validator says of Regions, and which version of it said so. */
export const regionSource: string = missingTypes.source;

/** Of a Region, by how its name begins; `undefined` for the partitions that the deployment was never tried in. */
export function partitionOf(region: string): 'aws' | 'aws-us-gov' | 'aws-cn' | undefined {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('cn-')) return 'aws-cn';
  return /^\w+-iso|^eusc-/.test(region) ? undefined : 'aws';
}

/** Where a budget is made when a Region has none: budgets are the account's, in whatever Region they are made. */
const budgetRegion = 'us-east-1';

export type BudgetPlace =
  | { readonly where: 'here' }
  | { readonly where: 'elsewhere'; readonly region: string }
  | { readonly where: 'nowhere'; readonly why: string };

/** Where the stage's AWS budget is made. A stage that pins no Region is taken to be in one that has budgets. */
export function budgetPlace({ region }: Pick<StageConfig, 'region'>): BudgetPlace {
  if (region === undefined || hasType('AWS::Budgets::Budget', region)) return { where: 'here' };
  if (partitionOf(region) === 'aws') return { where: 'elsewhere', region: budgetRegion };
  return {
    where: 'nowhere',
    why:
      `AWS Budgets is not in ${region}, nor elsewhere in its partition, so that the stage has no AWS budget: what Bedrock ` +
      'does not log is seen on the bill alone. `awsBudget: { enabled: false }` says that you know.',
  };
}

/** `api`: a regional HTTP API, where Lambda has no function URLs. */
export const doorForm = ({ region }: Pick<StageConfig, 'region'>): 'url' | 'api' =>
  region === undefined || hasType('AWS::Lambda::Url', region) ? 'url' : 'api';

/**
 * Refuses what cannot be deployed where the stage is pinned to, each with the setting to change.
 * @throws StageConfigError with one sentence for each
 */
export function refuseImpossible(config: StageConfig): void {
  const { region, costAnomalies, iamEvents } = config;
  if (region === undefined) return;
  const partition = partitionOf(region);
  const sentences = [
    ...(partition === undefined
      ? [`The partition of ${region} was never tried: set \`region\` to one of another partition.`]
      : []),
    ...(costAnomalies && !hasType('AWS::CE::AnomalySubscription', region)
      ? [`AWS's anomaly detection cannot be set up from ${region}: leave \`costAnomalies\` out.`]
      : []),
    ...(iamEvents.forwardFrom !== undefined && partition !== 'aws'
      ? [
          `\`iamEvents.forwardFrom\` is us-east-1, which is not in the partition of ${region}: leave it out. Newcomers are met at ` +
            'their first call, drift is found every 15 minutes.',
        ]
      : []),
  ];
  if (sentences.length > 0) throw new StageConfigError(sentences.join('\n'));
}

/** What whoever synthesizes should know, though nothing is wrong. */
export function regionWarnings(config: StageConfig): readonly string[] {
  const { account, region, awsBudget } = config;
  const place = budgetPlace(config);
  return [
    ...(account === undefined || region === undefined
      ? [
          'The stage names no account or no Region, so that it goes wherever the credentials point, and nothing can be said of ' +
            'what is missing there: set `account` and `region` in lib/stages.ts before people rely on it.',
        ]
      : []),
    ...(region !== undefined && !isKnownRegion(region)
      ? [`${region} is not known to ${regionSource}: what is missing there shows when it is deployed.`]
      : []),
    ...(place.where === 'nowhere' && awsBudget.enabled ? [place.why] : []),
  ];
}
