import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageConfigInput } from '../../lib/config.ts';
import type { StackTemplate, Template } from '../../scripts/local/assembly/template.ts';

/** Where the tests of one run keep what they share; test/support/synthesizer.ts has it. */
const shared = process.env['BUDGETEER_TEST_FOLDER'] as string;

/** The templates of a stage. The first suite that asks synthesizes it, the others of the run read what it found. */
export function templatesOf(overrides: Partial<StageConfigInput>): readonly StackTemplate[] {
  const key = createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 32);
  const file = join(shared, `${key}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  // Loaded here, because whoever finds the templates needs no CDK.
  const { build } = require('./build.ts') as typeof import('./build.ts');
  const stacks = build(overrides)
    .app.synth()
    .stacksRecursively.map(({ stackName, template }) => ({
      name: stackName,
      template: template as Template,
    }));
  // Moved into place whole: the other worker may be looking.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(stacks));
  renameSync(unfinished, file);
  return stacks;
}
