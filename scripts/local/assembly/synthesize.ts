import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { LocalAssembly } from './local-assembly.ts';
import { readAssembly } from './read-assembly.ts';
import {
  type DeploymentPlace,
  type StackTemplate,
  type Template,
  UnsupportedTemplateError,
} from './template.ts';

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

export interface SynthesizedAssembly {
  readonly assembly: LocalAssembly;
  /** Removes the output folder. */
  dispose(): void;
}

/** What a synthesis leaves behind, as JSON can carry it. */
export interface SynthesizedTemplates {
  readonly stacks: readonly StackTemplate[];
  /** Where each asset lies, by the key that it would have in the deployment's bucket. */
  readonly assets: Readonly<Record<string, string>>;
}

function assetsOf(folder: string, artifact: string): [string, string][] {
  const manifest = JSON.parse(readFileSync(join(folder, `${artifact}.assets.json`), 'utf8')) as AssetManifest;
  return Object.entries(manifest.files ?? {}).map(([hash, { source }]) => [
    hash,
    join(folder, source.path ?? ''),
  ]);
}

/**
 * Synthesizes an app as a deployment would.
 * @param build makes the app with the output folder that it is given
 */
export function synthesizeTemplates(build: (outdir: string) => App, outdir: string): SynthesizedTemplates {
  // CDK's own template checks take seconds; `npm run synth` runs them.
  const validation = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] = 'false';
  try {
    const cloud = build(outdir).synth();
    return {
      stacks: cloud.stacks.map(({ stackName, templateFullPath }) => ({
        name: stackName,
        template: JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template,
      })),
      assets: Object.fromEntries(cloud.stacks.flatMap(({ id }) => assetsOf(outdir, id))),
    };
  } finally {
    if (validation === undefined) delete process.env['CDK_VALIDATION'];
    else process.env['CDK_VALIDATION'] = validation;
  }
}

/** Reads the templates as if they were deployed to this place. @throws UnsupportedTemplateError */
export function readTemplates(
  { stacks, assets }: SynthesizedTemplates,
  place: DeploymentPlace,
): LocalAssembly {
  return readAssembly(stacks, place, (key) => {
    const path = assets[key.replace(/\.[a-z]+$/, '')];
    if (!path) throw new UnsupportedTemplateError(`No asset of the app has the object key ${key}.`);
    return path;
  });
}

/** An output folder that is removed with `dispose`, or when this process ends. @default a new one */
export function outputFolder(folder = mkdtempSync(join(tmpdir(), 'budgeteer-local-'))) {
  const dispose = () => {
    process.off('exit', dispose);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', dispose);
  return { folder, dispose };
}
