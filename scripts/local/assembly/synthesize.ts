import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { LocalAssembly } from './local-assembly.ts';
import { readAssembly } from './read-assembly.ts';
import { type Place, type StackTemplate, type Template, UnsupportedTemplateError } from './template.ts';

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

export interface SynthesizedAssembly {
  readonly assembly: LocalAssembly;
  /** Removes the output folder. */
  dispose(): void;
}

/** Where each asset of a stack lies, by the key that it would have in the deployment's bucket. */
function assetsOf(folder: string, artifact: string): [string, string][] {
  const manifest = JSON.parse(readFileSync(join(folder, `${artifact}.assets.json`), 'utf8')) as AssetManifest;
  return Object.entries(manifest.files ?? {}).map(([hash, { source }]) => [
    hash,
    join(folder, source.path ?? ''),
  ]);
}

/**
 * Synthesizes an app as a deployment would, and reads its templates.
 * @param build makes the app with the output folder that it is given
 */
export function synthesize(
  build: (outdir: string) => App,
  place: Place,
  outdir = mkdtempSync(join(tmpdir(), 'budgeteer-local-')),
): SynthesizedAssembly {
  const dispose = () => {
    process.off('exit', dispose);
    rmSync(outdir, { recursive: true, force: true });
  };
  process.once('exit', dispose);
  // CDK's own template checks take seconds; `npm run synth` runs them.
  const validation = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] = 'false';
  try {
    const cloud = build(outdir).synth();
    const assets = new Map(cloud.stacks.flatMap(({ id }) => assetsOf(outdir, id)));
    const stacks: StackTemplate[] = cloud.stacks.map(({ stackName, templateFullPath }) => ({
      name: stackName,
      template: JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template,
    }));
    const assetPath = (key: string) => {
      const path = assets.get(key.replace(/\.[a-z]+$/, ''));
      if (!path) throw new UnsupportedTemplateError(`No asset of the app has the object key ${key}.`);
      return path;
    };
    return { assembly: readAssembly(stacks, place, assetPath), dispose };
  } catch (error) {
    dispose();
    throw error;
  } finally {
    if (validation === undefined) delete process.env['CDK_VALIDATION'];
    else process.env['CDK_VALIDATION'] = validation;
  }
}
