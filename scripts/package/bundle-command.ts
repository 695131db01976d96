import { build } from 'esbuild';

/** The oldest Node that the command runs on: the first 22 that loads ES modules by `require`. */
export const oldestNode = '22.13.0';

/**
 * Bundles the command with all that it needs into one file that runs by itself.
 * @param root of the checkout
 * @param outfile where the bundle goes, absolute
 * @returns the files that went into it, relative to the root
 */
export async function bundleCommand(root: string, outfile: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['scripts/package/main.ts'],
    outfile,
    bundle: true,
    minify: true,
    // AWS's errors are told apart by the names of their classes.
    keepNames: true,
    platform: 'node',
    target: `node${oldestNode}`,
    format: 'esm',
    mainFields: ['module', 'main'],
    // Some CommonJS dependencies call require() of Node's own modules.
    banner: {
      js: "#!/usr/bin/env node\nimport{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
    },
    // The licences of what is bundled are a file of their own.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}
