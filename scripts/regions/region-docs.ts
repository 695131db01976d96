import { regionSource } from '../../lib/regions/region-choices.ts';
import type { RegionVerdict } from './check-regions.ts';

const doors = { url: 'function URLs', api: 'HTTP API' } as const;
const budgets = { here: 'in the Region', elsewhere: 'in us-east-1', nowhere: 'none' } as const;

const deployable = ({ known, problems }: RegionVerdict) => {
  if (problems.length > 0) return `no: ${problems.join('; ')}`;
  return known ? 'yes' : 'not known';
};

/** `docs/regions.md`. */
export function regionsText(verdicts: readonly RegionVerdict[]): string {
  const known = verdicts.filter(({ known: is }) => is);
  const fit = known.filter(({ problems }) => problems.length === 0);
  return `# Where a stage can be deployed

Written by \`node scripts/write-region-docs.ts\`: the default stage, held against ${regionSource} (AWS's own validator, offline)
for each Region. ${fit.length} of ${known.length} Regions that it knows take the stage. It tells which resource types CloudFormation has
in a Region, not whether Bedrock is there, nor that a service is open to your account. Nothing here was deployed.

Where Lambda has no function URLs, orders go through a regional HTTP API that IAM guards; for the commands nothing changes.
Where CloudFormation has no AWS budget, the stage's is made in us-east-1; where the partition has none, the stage does without.
A stage that pins no \`region\` is synthesized for Regions that have everything.

| Region | partition | deployable | front door | AWS budget |
|---|---|---|---|---|
${verdicts
  .map((verdict) => {
    const { region, partition, door, budget } = verdict;
    return `| ${region} | ${partition} | ${deployable(verdict)} | ${doors[door]} | ${budgets[budget]} |`;
  })
  .join('\n')}
`;
}
