import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const docs = readFileSync(join(root, 'docs', 'operators.md'), 'utf8');

/** Commander is an ES module, which jest cannot load: a process of its own tells what is registered. */
const list = `
  import { Command } from 'commander';
  import { registerOperatorCommands } from './scripts/budgeteer/register/register.ts';
  const program = new Command();
  registerOperatorCommands(program);
  const leaves = (command, path = []) => command.commands.flatMap((child) => {
    const name = [...path, child.name()];
    return child.commands.length > 0 ? leaves(child, name) : [[name.join(' '), child.options.map(({ long }) => long)]];
  });
  console.log(JSON.stringify(leaves(program)));
`;
const commands: [string, string[]][] = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module', '-e', list], { cwd: root, encoding: 'utf8' }),
);

describe.each(commands)('%s', (name, options) => {
  it('is in the docs, with its permissions and its options', () => {
    expect(docs).toContain(`budgeteer ${name}`);
    expect(docs).toMatch(new RegExp(`^\\| .*\`${name}[ \`]`, 'm'));
    // An option that only overrules a guard needs no advertisement.
    for (const option of options.filter((option) => option !== '--any-bucket'))
      expect(docs).toContain(option);
  });

  it('prints JSON where a program asks', () => {
    expect(options).toContain('--json');
  });
});

describe('The live tests', () => {
  const told = readFileSync(join(root, 'docs', 'live-tests.md'), 'utf8');
  const files = globSync('test/live/*.live.ts', { cwd: root });

  it.each(files)('%s is in the docs, with the variables that ask for it', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const [, name] = /(\w+)\.live\.ts$/.exec(file) ?? [];

    expect(told).toContain(`| \`${name}\` |`);
    for (const [, variable = ''] of text.matchAll(/'(BUDGETEER_LIVE_\w+)'/g))
      expect(told).toContain(variable);
  });

  it.each(files)('%s changes nothing unasked', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const changes = /\b(Put|Create|Delete|Attach|Detach|Update)\w+Command|\.write\(/.test(text);

    expect(changes).toBe(/^onlyWith\('BUDGETEER_LIVE_(?!STAGE)/m.test(text));
  });
});

describe('The links of the docs', () => {
  const pages = ['README.md', 'CHANGELOG.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })];
  const textOf = (page: string) => readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  /** As GitHub makes an anchor of a heading. */
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  const anchorsOf = (page: string) =>
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

  it.each(pages)('%s leads to files and headings that are there', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });

    expect(broken).toEqual([]);
  });
});
