import { globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/**
 * Who may import whom. `packages` are matched from their start; relative imports count as the layer they lead to.
 * Entry points and their deps are where everything is put together, so they may know the adapters.
 */
const layers: readonly {
  name: string;
  files: RegExp;
  layers: readonly string[];
  packages: readonly string[];
}[] = [
  { name: 'contracts', files: /^lambda\/contracts\//, layers: ['contracts', 'domain'], packages: ['zod'] },
  {
    name: 'domain',
    files: /^lambda\/domain\//,
    layers: ['domain', 'contracts'],
    packages: ['luxon', 'node:crypto', 'simple-statistics'],
  },
  {
    name: 'use-cases',
    files: /^lambda\/use-cases\//,
    layers: ['use-cases', 'domain', 'contracts'],
    packages: ['node:crypto'],
  },
  {
    name: 'adapters',
    files: /^lambda\/adapters\//,
    layers: ['adapters', 'domain', 'contracts', 'ports'],
    packages: ['@aws-sdk/', '@aws-lambda-powertools/', 'node:', 'aws-lambda'],
  },
  {
    name: 'entry points',
    files: /^lambda\/handlers\/[\w-]+(\.lambda|-deps)\.ts$/,
    layers: ['handlers', 'entry points', 'use-cases', 'adapters', 'domain', 'contracts', 'ports'],
    packages: ['@aws-lambda-powertools/', 'aws-lambda'],
  },
  {
    name: 'handlers',
    files: /^lambda\/handlers\//,
    layers: ['handlers', 'use-cases', 'domain', 'contracts', 'ports'],
    packages: ['node:zlib', 'aws-lambda'],
  },
  {
    name: 'lib',
    files: /^(lib|bin)\//,
    layers: ['lib', 'contracts', 'domain'],
    packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'zod', 'node:'],
  },
];

const root = resolve(__dirname, '..');
/** What use cases need of the world: the one thing of theirs that adapters may know. */
const ports = /^lambda\/use-cases\/ports(\.ts|\/)/;
const layerOf = (file: string) =>
  ports.test(file) ? 'ports' : layers.find((layer) => layer.files.test(file))?.name;

/** Runtime imports matter and type imports too: a domain that names an SDK type has learned of the SDK. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:^|\n)(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
}

const files = globSync('{lambda,lib,bin}/**/*.ts', { cwd: root }).sort();

describe('imports', () => {
  it('are looked at in every layer', () => {
    const seen = new Set(files.map(layerOf));
    for (const { name } of layers) expect(seen).toContain(name);
    expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it.each(layers.map((layer) => [layer.name, layer] as const))(
    'of %s stay where they belong',
    (_name, layer) => {
      const strays = files
        .filter(
          (file) => layerOf(file) === layer.name || (layer.name === 'use-cases' && layerOf(file) === 'ports'),
        )
        .flatMap((file) =>
          importsOf(file)
            .filter((target) => {
              if (!target.startsWith('.')) return !layer.packages.some((name) => target.startsWith(name));
              if (target.endsWith('.json')) return false;
              const to = layerOf(relative(root, resolve(root, file, '..', target)));
              return (
                to === undefined ||
                !(layer.layers.includes(to) || (to === 'ports' && layer.name === 'use-cases'))
              );
            })
            .map((target) => `${file} imports ${target}`),
        );
      expect(strays).toEqual([]);
    },
  );
});

describe('the domain', () => {
  it('knows no clock, no environment and no console', () => {
    const strays = files
      .filter((file) => layerOf(file) === 'domain')
      .filter((file) =>
        /Date\.now\(|new Date\(\)|process\.env|console\.|Math\.random/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(strays).toEqual([]);
  });
});

describe('entry points', () => {
  it('only put things together', () => {
    const long = files
      .filter((file) => file.endsWith('.lambda.ts'))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 50);
    expect(long).toEqual([]);
  });
});
