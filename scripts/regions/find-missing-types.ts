import { RegionInfo } from 'aws-cdk-lib/region-info';
import { cloudFormationValidator, noSuchType } from './validator.ts';

/** What a stage can do without, or does in another way, where it is missing. */
const optional = [
  'AWS::Budgets::Budget',
  'AWS::CE::AnomalyMonitor',
  'AWS::CE::AnomalySubscription',
  'AWS::Lambda::Url',
] as const;
type Optional = (typeof optional)[number];

/** Types that no Region has both of: where neither is missing, the validator knows nothing of the Region. */
const telltale = ['AWS::DeviceFarm::Project', 'AWS::OpsWorks::App'];

/** Those that a stage may be deployed to. */
const partitions = ['aws', 'aws-us-gov', 'aws-cn'];

export interface MissingTypes {
  /** Package and version that said so. */
  readonly source: string;
  /** Regions that the validator knows. */
  readonly regions: readonly string[];
  /** By type: where it is missing. */
  readonly types: Readonly<Record<Optional, readonly string[]>>;
}

/** Asks the validator on disk; about a second. */
export function findMissingTypes(): MissingTypes {
  const { SchemaValidator, TemplateContent, version } = cloudFormationValidator();
  const validator = new SchemaValidator();
  try {
    const isMissing = (Type: string, region: string) =>
      validator
        .validate(new TemplateContent(JSON.stringify({ Resources: { Only: { Type } } }), 'probe'), region)
        .some(({ ruleId }) => ruleId === noSuchType);
    const regions = RegionInfo.regions
      .filter(({ partition }) => partitions.includes(partition ?? ''))
      .map(({ name }) => name)
      .filter((region) => telltale.some((type) => isMissing(type, region)))
      .sort();
    return {
      source: `@aws/cloudformation-validate ${version()}`,
      regions,
      types: Object.fromEntries(
        optional.map((type) => [type, regions.filter((region) => isMissing(type, region))]),
      ) as Record<Optional, string[]>,
    };
  } finally {
    validator.free();
  }
}
