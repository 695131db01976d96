import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCommand, oldestNode } from './bundle-command.ts';
import { billOfMaterials, bundledPackages, licencesText } from './bundled-packages.ts';
import { publishedManifest } from './published-manifest.ts';

/**
 * Runs before npm packs: bundles the command, and puts the package's own package.json in the place of the checkout's,
 * which names what the checkout is built with. `postpack` puts that back. npm packs the root, and takes package.json from
 * there, so there is no other place for it.
 */
const root = join(import.meta.dirname, '..', '..');
const dist = join(root, 'dist');
const manifestFile = join(root, 'package.json');
const text = readFileSync(manifestFile, 'utf8');
const manifest = JSON.parse(text);
if (manifest.devDependencies === undefined) {
  throw new Error(
    'package.json is that of the package: a pack was cut short. Run "git checkout package.json", and pack again.',
  );
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const bundle = join(dist, 'budgeteer.mjs');
const packages = bundledPackages(root, await bundleCommand(root, bundle));
chmodSync(bundle, 0o755);
writeFileSync(
  join(dist, 'sbom.cdx.json'),
  `${JSON.stringify(billOfMaterials(manifest, packages), undefined, 2)}\n`,
);
writeFileSync(join(dist, 'third-party-licenses.txt'), licencesText(packages));
copyFileSync(manifestFile, join(dist, 'package.checkout.json'));
writeFileSync(manifestFile, `${JSON.stringify(publishedManifest(manifest, oldestNode), undefined, 2)}\n`);
