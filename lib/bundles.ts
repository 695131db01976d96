import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';
import type { FunctionName } from '../lambda/contracts/environment.ts';
import type { Settings } from '../lambda/domain/settings.ts';
import { type Bundles, cachedBundles } from './bundle-cache.ts';

/** Where the code of each function comes from; tests of the templates put a placeholder here and bundle nothing. */
export interface HandlerCode {
  of(name: FunctionName): lambda.Code;
  /** Called when the app is built: CDK has copied by then what it needs. */
  dispose?(): void;
}

/** SwitchOutcome where a function has no entry point. */
export class MissingHandlerError extends Error {
  override name = 'MissingHandlerError';
}

const handlersDirectory = join(import.meta.dirname, '..', 'lambda', 'handlers');
/** Bundles by function, by handlers' directory: esbuild runs once a process. */
const bundled = new Map<string, Bundles>();

/**
 * Bundles every `*.lambda.ts` in one esbuild call and lays the stage's `settings.json` beside each.
 *
 * The files pass through a folder of this call alone, so processes at work at once cannot disturb each other; CDK
 * copies them into its output and names them by content, so the same sources and settings give the same asset.
 */
export function bundleHandlers(settings: Settings, directory = handlersDirectory): HandlerCode {
  const bundles = bundled.get(directory) ?? bundle(directory);
  bundled.set(directory, bundles);
  let folder: string | undefined;
  return {
    of(name) {
      const code = bundles.get(name);
      if (!code) {
        throw new MissingHandlerError(
          `The function ${name} has no entry point: add ${join(directory, `${name}.lambda.ts`)}.`,
        );
      }
      folder ??= mkdtempSync(join(tmpdir(), 'bedrock-budgeteer-'));
      const asset = join(folder, name);
      mkdirSync(asset, { recursive: true });
      writeFileSync(join(asset, 'index.mjs'), code);
      writeFileSync(join(asset, 'settings.json'), JSON.stringify(settings, null, 2));
      return lambda.Code.fromAsset(asset);
    },
    dispose() {
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function bundle(directory: string): Bundles {
  const entries = globSync(join(directory, '*.lambda.ts')).sort();
  const root = join(directory, '..', '..');
  return cachedBundles(root, join(directory, '..'), { options, entries: entries.length }, () => {
    const { outputFiles } = buildSync({
      ...options,
      entryPoints: entries.map((entry) => ({ in: entry, out: `${basename(entry, '.lambda.ts')}/index` })),
      // Relative paths in the output, if any, must not depend on where the command was started.
      absWorkingDir: root,
      write: false,
    });
    return new Map(outputFiles.map(({ path, contents }) => [basename(dirname(path)), contents]));
  });
}

const options = {
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  // Error names are matched by the state machines; minified class names must not leak into them.
  keepNames: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // ES modules first: they shake to half the size of the packages' CommonJS.
  mainFields: ['module', 'main'],
  // Some CommonJS dependencies call require() of Node's own modules.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  loader: { '.json': 'json' },
  logLevel: 'warning',
} as const satisfies BuildOptions;
