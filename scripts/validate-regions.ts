import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import missingTypes from '../lib/regions/missing-types.json' with { type: 'json' };
import { checkRegions } from './regions/check-regions.ts';
import { findMissingTypes } from './regions/find-missing-types.ts';
import { regionsText } from './regions/region-docs.ts';

/**
 * A step of the gate: holds the default stage against AWS's validator for every Region, and what is written down of Regions
 * against what that validator says. `--write` writes docs/regions.md instead of comparing it.
 */
const docs = join(import.meta.dirname, '..', 'docs', 'regions.md');
const began = Date.now();
const verdicts = checkRegions({ settings: { mode: 'shadow' } });
const text = regionsText(verdicts);
const problems = verdicts.flatMap(({ region, problems: found }) => found.map((each) => `${region}: ${each}`));
if (process.argv.includes('--write')) writeFileSync(docs, text);
else {
  const again = 'write it again: node scripts/write-region-docs.ts';
  if (readFileSync(docs, 'utf8') !== text)
    problems.push(`docs/regions.md is not what the validator says: ${again}.`);
  if (JSON.stringify(findMissingTypes()) !== JSON.stringify(missingTypes))
    problems.push(`lib/regions/missing-types.json is not what the validator says: ${again}.`);
}
const known = verdicts.filter(({ known: is }) => is).length;
const seconds = ((Date.now() - began) / 1000).toFixed(1);
console.log(
  `${known} Regions validated, ${verdicts.length - known} not known to the validator, in ${seconds} s.`,
);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
