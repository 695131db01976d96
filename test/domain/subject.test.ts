import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { covers, isSubject, subjectOf } from '../../lambda/domain/subject.ts';

it.each([
  ['user/alice', { scope: 'principal', type: 'user', name: 'alice' }],
  ['role/App', { scope: 'principal', type: 'role', name: 'App' }],
  ['role/App/i-1', { scope: 'principal', type: 'session', name: 'App', session: 'i-1', role: 'role/App' }],
  ['federated/bob', { scope: 'principal', type: 'federated', name: 'bob' }],
  ['root', { scope: 'principal', type: 'root' }],
  ['unknown', { scope: 'principal', type: 'unknown' }],
  ['team/ml', { scope: 'team', type: 'team', name: 'ml' }],
  ['team/ml/vision', { scope: 'team', type: 'team', name: 'ml/vision' }],
  ['account', { scope: 'account', type: 'account' }],
  [
    '444455556666:role/App/i-1',
    {
      ...{ scope: 'principal', type: 'session', name: 'App', session: 'i-1' },
      ...{ role: '444455556666:role/App', account: '444455556666' },
    },
  ],
  ['444455556666:root', { scope: 'principal', type: 'root', account: '444455556666' }],
])('%s is read into its parts', (id, parts) => {
  expect(subjectOf(id)).toEqual({ id, ...parts });
  expect(isSubject(id)).toBe(true);
});

it.each(['', 'team/', 'user/', 'user/a/b', 'role/a/b/c', 'group/x', 'accounts', '12:user/a'])(
  '"%s" names nobody, and is a principal of type unknown',
  (id) => {
    expect(subjectOf(id)).toMatchObject({ id, scope: 'principal', type: 'unknown' });
    expect(isSubject(id)).toBe(false);
  },
);

it('never throws, and keeps the text as the id', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400, size: 'max' }),
      (text) => subjectOf(text).id === text,
    ),
  );
});

it('covers itself and its sessions, and nobody whose name begins alike', () => {
  expect(covers('role/App', 'role/App')).toBe(true);
  expect(covers('role/App', 'role/App/i-1')).toBe(true);
  expect(covers('role/App', 'role/Apple/i-1')).toBe(false);
  expect(covers('role/App', '444455556666:role/App/i-1')).toBe(false);
});

it('is the one place where the text of an id is split or matched', () => {
  const root = join(import.meta.dirname, '..', '..');
  const strays = globSync('{lambda,lib,scripts}/**/*.ts', { cwd: root })
    // The patterns of settings name ids with stars in them, and ARNs are read where they come in.
    .filter(
      (file) => !/local\/aws\/|domain\/subject\.ts$|domain\/principal\.ts$|payer-pattern\.ts$/.test(file),
    )
    .filter((file) =>
      /\b(subject|principal|payer|id|member)\.(split\('\/'|startsWith\('(user|role|team|federated)\/)|\.exec\((subject|principal|payer)\)/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
  expect(strays).toEqual([]);
});
