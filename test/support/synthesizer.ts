import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { outputFolder } from '../../scripts/local/assembly/synthesize.ts';
import { synthesizeHere } from '../../scripts/local/synthesized-stage.ts';
import { serveSynthesizer } from '../../scripts/local/synthesizer.ts';

/**
 * The synthesizer of one run of the tests, in a process of its own: tells its parent where it listens and where suites may
 * keep what they share, and takes that with it when the parent ends, however it ends.
 */
process.once('disconnect', () => process.exit());
const { folder } = outputFolder();
const shared = join(folder, 'shared');
mkdirSync(shared);
const environment = await serveSynthesizer((input) =>
  synthesizeHere(input, mkdtempSync(join(folder, 'stage-'))),
);
process.send?.({ ...environment, BUDGETEER_TEST_FOLDER: shared });
