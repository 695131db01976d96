import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folders = ['lambda', 'lib', 'scripts', 'test', 'bin'];

/** Words that `docs/glossary.md` replaced, as parts of a name in camelCase, PascalCase, CONSTANT_CASE or kebab-case. */
const replacedWords = new Set(
  'robot robots dear dearer dearest burner burners fleet fleets roster rosters heed heeds heeded'.split(' '),
);
const replacedPhrases = ['see to', 'throw switch', 'spread switch'];

interface Source {
  readonly file: string;
  /** Identifiers and all other words, comments and strings included: none of the replaced words is needed there either. */
  readonly names: ReadonlySet<string>;
  readonly exported: readonly string[];
}

const self = join('test', 'glossary.test.ts');
const sources: readonly Source[] = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((file) => file.endsWith('.ts') && file !== self)
  .map(readSource);

function readSource(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8');
  const declared = text.matchAll(
    /^export (?:abstract |async )*(?:const|function\*?|class|interface|type|enum) (\w+)/gm,
  );
  return {
    file,
    names: new Set(text.match(/[A-Za-z_$][\w$-]*/g)),
    exported: [...new Set([...declared].map(([, name = '']) => name))],
  };
}

/** `seeToFleet`, `SEE_TO_FLEET` and `see-to-fleet.ts` become `see to fleet`. */
const spoken = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .filter((part) => part !== '')
    .join(' ')
    .toLowerCase();

function isReplaced(name: string): boolean {
  const words = spoken(name);
  return (
    words.split(' ').some((word) => replacedWords.has(word)) ||
    replacedPhrases.some((phrase) => ` ${words} `.includes(` ${phrase} `))
  );
}

test.each(['dearCalls', 'FleetMachine', 'READ_ROSTER', 'seeToFleet', '#throwSwitch', 'heed-stand-downs.ts'])(
  'a name like %s is found',
  (name) => expect(isReplaced(name)).toBe(true),
);

test.each(['nextHeading', 'throwIfNoSwitch', 'foreseeTotal', 'priceBook', 'lookup'])(
  'a name like %s is let through',
  (name) => expect(isReplaced(name)).toBe(false),
);

test('No name in the sources has a word that the glossary replaced', () => {
  const found = sources.flatMap(({ file, names }) =>
    [...names].filter(isReplaced).map((name) => `${file}: ${name}`),
  );
  expect(found).toEqual([]);
});

test('No file name has a word that the glossary replaced', () => {
  expect(sources.map(({ file }) => file).filter(isReplaced)).toEqual([]);
});

test('No exported name is declared in two files', () => {
  const files = new Map<string, string[]>();
  // The conformance suite stands alone: it is copied out of the repository to judge other meters.
  const own = sources.filter(({ file }) => !file.startsWith('test/conformance/'));
  for (const { file, exported } of own) {
    // Lambda calls the entry points by this name.
    for (const name of exported) {
      if (name === 'handler' && file.endsWith('.lambda.ts')) continue;
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  expect([...files].filter(([, declaring]) => declaring.length > 1)).toEqual([]);
});
