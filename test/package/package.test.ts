import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOfMaterials, bundledPackages, licencesText } from '../../scripts/package/bundled-packages.ts';
import { publishedManifest } from '../../scripts/package/published-manifest.ts';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('The package names no dependency, runs no script, and can be published', () => {
  const published = publishedManifest(manifest, '22.13.0');

  expect(Object.keys(published).filter((key) => /dependencies|scripts|overrides|private/i.test(key))).toEqual(
    [],
  );
  expect(published).toMatchObject({
    ...{ name: 'bedrock-budgeteer', version: manifest.version, license: 'Apache-2.0' },
    bin: { budgeteer: 'dist/budgeteer.mjs' },
    engines: { node: '>=22.13.0' },
  });
});

describe('What is bundled', () => {
  const packages = bundledPackages(root, [
    'scripts/package/main.ts',
    'node_modules/zod/v4/index.js',
    'node_modules/zod/index.js',
    'node_modules/@bomb.sh/tab/dist/commander.mjs',
  ]);

  test('is listed once a package, with its licence', () => {
    expect(packages.map(({ name, licence }) => [name, licence])).toEqual([
      ['@bomb.sh/tab', 'MIT'],
      ['zod', 'MIT'],
    ]);
    expect(licencesText(packages)).toContain('Permission is hereby granted');
  });

  test('is in the bill of materials by its package URL', () => {
    const { components } = billOfMaterials({ name: 'it', version: '1.0.0' }, packages);

    expect(components.map(({ purl }) => purl)).toEqual([
      expect.stringMatching(/^pkg:npm\/%40bomb\.sh\/tab@\d/),
      expect.stringMatching(/^pkg:npm\/zod@\d/),
    ]);
  });
});
