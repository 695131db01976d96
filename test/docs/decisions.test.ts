import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'decisions');
const index = readFileSync(join(folder, 'README.md'), 'utf8');
const records = globSync('[0-9]*.md', { cwd: folder }).sort();

test.each(records)('%s has a number, a date and a status, and the index says the same', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, number, title, date, status] =
    /^# (\d+)\. (.+)\n\nDate: (\d{4}-\d\d-\d\d)\. Status: (proposed|accepted|superseded by \[decision \d+\]\(.+\))\.\n/.exec(
      text,
    ) ?? [];

  expect(number).toBe(String(Number(file.slice(0, 4))));
  expect(index).toContain(`| ${number} | [${title}](${file}) | ${date} | ${status} |\n`);
});

test('The index lists each record once, by its number', () => {
  const listed = [...index.matchAll(/^\| \d+ \| \[.+?\]\(([^)]+)\)/gm)].map(([, file = '']) => file);

  expect(listed).toEqual(records.map((file) => basename(file)));
});
