import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMissingTypes } from './regions/find-missing-types.ts';

/**
 * Writes what stages know of Regions (lib/regions/missing-types.json), and then, in a process that reads it, what that comes to
 * (docs/regions.md).
 */
const file = join(import.meta.dirname, '..', 'lib', 'regions', 'missing-types.json');
writeFileSync(file, `${JSON.stringify(findMissingTypes(), null, 2)}\n`);
const check = join(import.meta.dirname, 'validate-regions.ts');
process.exitCode = spawnSync(process.execPath, [check, '--write'], { stdio: 'inherit' }).status ?? 1;
