import { build } from 'esbuild';

/** The oldest Node that the command is made for. */
export const oldestNode = '22.13.0';

/** Some CommonJS dependencies call require() of Node's own modules. */
const requireForCommonJs =
  "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** npm only warns of `engines`, and an older Node would fail somewhere in the middle. */
const refusalOfOlderNode = `
{
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldest, least] = [${oldestNode.split('.').slice(0, 2).join(', ')}];
  if (major < oldest || (major === oldest && minor < least)) {
    console.error('budgeteer needs Node.js ${oldestNode} or newer, and this is ' + process.version + '.');
    process.exit(2);
  }
}`;

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
    banner: { js: `#!/usr/bin/env node\n${requireForCommonJs}\n${refusalOfOlderNode}` },
    // The licences of what is bundled are a file of their own.
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}
