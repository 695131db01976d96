import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package states it. */
  readonly licence: string;
  /** The text of its licence and notice files; empty where it brings none. */
  readonly notices: string;
}

/**
 * The packages that files of a bundle come from, by name and version.
 * @param root of the checkout
 * @param inputs files relative to the root
 */
export function bundledPackages(root: string, inputs: readonly string[]): BundledPackage[] {
  const folders = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const packages = new Map<string, BundledPackage>();
  for (const folder of [...folders].sort()) {
    const found = read(join(root, folder));
    packages.set(`${found.name}@${found.version}`, found);
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function read(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = globSync('{LICEN[CS]E,NOTICE}*', { cwd: folder }).filter((file) =>
    existsSync(join(folder, file)),
  );
  return {
    name: String(manifest.name),
    version: String(manifest.version),
    licence: String(manifest.license ?? 'NOASSERTION'),
    notices: files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n'),
  };
}

/** The licences of all packages, those with the same text together. */
export function licencesText(packages: readonly BundledPackage[]): string {
  const byText = Map.groupBy(packages, ({ licence, notices }) => notices || `License: ${licence}`);
  const line = '-'.repeat(80);
  const parts = [...byText].map(
    ([text, those]) => `${those.map(({ name, version }) => `${name} ${version}`).join('\n')}\n\n${text}`,
  );
  return `The command contains code of these packages.\n\n${parts.join(`\n\n${line}\n\n`)}\n`;
}

/** A software bill of materials of the command, as CycloneDX 1.6 has it. */
export function billOfMaterials(
  { name, version }: { readonly name: string; readonly version: string },
  packages: readonly BundledPackage[],
) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, purl: `pkg:npm/${name}@${version}` } },
    components: packages.map((each) => ({
      type: 'library',
      name: each.name,
      version: each.version,
      purl: `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`,
      licenses: [{ expression: each.licence }],
    })),
  };
}
