import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const most = 25;

/** Sentences of a document's prose, without tables, code and what stands in parentheses; a list's item is one. */
function sentencesOf(markdown: string): string[] {
  const prose = markdown
    .replace(/```[\s\S]*?```/g, '')
    .replace(/^\s*[|#].*$/gm, '')
    .replace(/`[^`]*`/g, 'code')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\((?:[^()]|\([^()]*\))*\)/g, '');
  return prose
    .split(/\n\s*\n|\n\s*(?:[-*]|\d+[.)])\s/)
    .flatMap((block) => block.replace(/\s+/g, ' ').split(/(?<=[.!?:;]\**)\s+|\s·\s/));
}

const isLong = (sentence: string) => sentence.split(' ').filter((word) => /\w/.test(word)).length > most;

test('A long sentence is found, and a table or a listing is none', () => {
  const long = `Words ${'and words '.repeat(13)}are too many.`;

  expect(sentencesOf(`Short.\n\n${long}\n\n| ${long} |\n\n\`\`\`\n${long}\n\`\`\``).filter(isLong)).toEqual([
    long,
  ]);
});

test.each(['README.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root }).sort()])(
  'No sentence of %s has more than 25 words',
  (file) => {
    expect(sentencesOf(readFileSync(join(root, file), 'utf8')).filter(isLong)).toEqual([]);
  },
);
