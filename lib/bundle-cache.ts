import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';

export type Bundles = ReadonlyMap<string, Uint8Array>;

/** Says which dependencies the bundles contain. */
const lockFile = 'package-lock.json';
const dayMs = 24 * 3_600_000;

/**
 * Keeps bundles on disk by what they are made of, since the local runs and most tests bundle the same sources in a
 * process each. Same sources, same dependencies, same options: same bundles.
 * @param root of the repository
 * @param sources directory whose files all bundles are made of
 * @param options what else the bundler is told
 */
export function cachedBundles(
  root: string,
  sources: string,
  options: unknown,
  bundle: () => Bundles,
): Bundles {
  // Handlers outside of the repository, as a test may have them.
  if (!existsSync(join(root, lockFile))) return bundle();
  const cache = join(root, 'node_modules', '.cache', 'bedrock-budgeteer');
  const folder = join(cache, keyOf(root, sources, options));
  if (existsSync(folder)) return read(folder);
  const bundles = bundle();
  write(cache, folder, bundles);
  return bundles;
}

function keyOf(root: string, sources: string, options: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(options));
  const files = [...globSync(join(sources, '**', '*.{ts,json}')), join(root, lockFile)].sort();
  for (const file of files) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

const read = (folder: string): Bundles =>
  new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));

/** Another process may be writing the same: whole folders are moved into place, and whoever comes second gives way. */
function write(cache: string, folder: string, bundles: Bundles): void {
  mkdirSync(cache, { recursive: true });
  forgetOld(cache);
  const unfinished = mkdtempSync(join(cache, '.unfinished-'));
  for (const [name, code] of bundles) writeFileSync(join(unfinished, name), code);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Nothing younger than a day: another process may be about to read it. */
function forgetOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > dayMs) rmSync(folder, { recursive: true, force: true });
  }
}
