import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

test('docs/security.md names only tests that exist', () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const named = [
    ...text.matchAll(
      /`(?:test\/)?((?:lib|domain|adapters|use-cases|scripts|day-one|handlers)\/[\w/-]+)(?:\.test\.ts)?`/g,
    ),
  ]
    .map(([, path]) => `test/${path}.test.ts`)
    .sort();

  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
