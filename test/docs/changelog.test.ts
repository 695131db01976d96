import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../lib/shared/version.ts';

const root = join(import.meta.dirname, '..', '..');
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');

test('The newest section of the changelog is that of the version that is built', () => {
  const [, section = ''] = changelog.split(/^## /m);

  expect(section).toMatch(/^\[(Unreleased|\d+\.\d+\.\d+)\]/);
  expect(section).toContain(version);
});

test('Sections are those of Keep a Changelog', () => {
  const kinds = [...changelog.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind);

  expect(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']).toEqual(
    expect.arrayContaining(kinds),
  );
});

test('SECURITY.md supports the version that is built', () => {
  const supported = readFileSync(join(root, 'SECURITY.md'), 'utf8');

  expect(supported).toContain(`| ${version.replace(/\d+$/, 'x')} | yes |`);
});
