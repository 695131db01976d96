import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineMissingError, findEngine } from '../../../scripts/local/engine/find-engine.ts';
import { EngineError, startEngine } from '../../../scripts/local/engine/start-engine.ts';

const entry = join(import.meta.dirname, '..', '..', '..', 'scripts', 'local', 'engine', 'start-engine.ts');
const folder = mkdtempSync(join(tmpdir(), 'budgeteer-path-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A platform that npm brings no engine for. */
const elsewhere = { platform: 'freebsd', architecture: 'mips' } as const;
const nowhere = { PATH: '/nonexistent' };

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** A program of this name on a PATH of its own. */
function onPath(name: string, script: string): NodeJS.ProcessEnv {
  const path = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, name), 0o755);
  return { PATH: path };
}
const java = (version: number) => onPath('java', `echo "openjdk ${version}.0.1 2026-01-01"`);

test('a killed run leaves no database behind', async () => {
  const program = `
    const { startEngine } = await import(${JSON.stringify(entry)});
    console.log((await startEngine()).endpoint);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const endpoint = String(line).trim();
  expect(await answers(endpoint)).toBe(true);

  child.kill('SIGKILL');
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && (await answers(endpoint)))
    await new Promise((wait) => setTimeout(wait, 50));
  expect(await answers(endpoint)).toBe(false);
}, 90_000);

test('an engine that cannot run is told, with what it said', async () => {
  const broken = findEngine({ ...elsewhere, environment: onPath('dynoxide', 'echo "error: no luck" >&2') });
  const started = startEngine(mkdtempSync(join(folder, 'home-')), broken);
  await expect(started).rejects.toThrow(EngineError);
  await expect(started).rejects.toThrow('dynoxide did not start: error: no luck');
});

describe('the engine that is taken', () => {
  it('is the package of the platform, also where there is a Java', () => {
    const { kind, command } = findEngine({
      platform: 'linux',
      architecture: 'x64',
      environment: java(21),
    });
    expect(kind).toBe('embedded');
    expect(command).toMatch(/node_modules\/@dynoxide\/linux-x64\/dynoxide$/);
  });

  it('is one on the PATH where npm brings none for the platform', () => {
    const environment = onPath('dynoxide', 'exit 0');
    expect(findEngine({ ...elsewhere, environment }).command).toBe(
      join(String(environment['PATH']), 'dynoxide'),
    );
  });

  it("is AWS's DynamoDB Local where there is a Java and nothing else", () => {
    expect(findEngine({ ...elsewhere, environment: java(17) }).kind).toBe('java');
  });

  it('is the one that BUDGETEER_ENGINE names', () => {
    const environment = { ...java(17), BUDGETEER_ENGINE: 'java' };
    expect(findEngine({ platform: 'linux', architecture: 'x64', environment }).kind).toBe('java');
  });
});

describe('where there is no engine, one sentence says what to install', () => {
  const sentence = (environment: NodeJS.ProcessEnv, place: object = elsewhere): string => {
    try {
      findEngine({ ...place, environment });
    } catch (error) {
      expect(error).toBeInstanceOf(EngineMissingError);
      return (error as Error).message;
    }
    return 'none is missing';
  };

  it.each([
    ['nothing at all', nowhere],
    ['a Java that is too old', java(11)],
    ['a dynoxide that may not be executed', notExecutable()],
  ])('%s', (_case, environment) => {
    expect(sentence(environment)).toBe(
      'The local stack needs a stand-in for DynamoDB, and none was found for freebsd-mips: put `dynoxide` ' +
        "(https://github.com/nubo-db/dynoxide) on the PATH, or install Java 17 or newer for AWS's DynamoDB Local with " +
        '`sudo apt-get install -y openjdk-17-jre-headless`.',
    );
  });

  it('as the platform installs it', () => {
    expect(sentence(nowhere, { platform: 'darwin', architecture: 'none' })).toContain(
      '`brew install openjdk@17`',
    );
  });

  it('for the engine that was asked for', () => {
    expect(sentence({ ...nowhere, BUDGETEER_ENGINE: 'java' })).not.toContain('dynoxide');
    expect(sentence({ ...java(17), BUDGETEER_ENGINE: 'embedded' })).not.toContain('Java');
  });

  it('and an engine that nobody knows is a wrong word', () => {
    expect(sentence({ BUDGETEER_ENGINE: 'sqlite' })).toBe(
      'BUDGETEER_ENGINE is "sqlite": it takes embedded or java.',
    );
  });
});

function notExecutable(): NodeJS.ProcessEnv {
  const environment = onPath('dynoxide', 'exit 0');
  chmodSync(join(String(environment['PATH']), 'dynoxide'), 0o644);
  return environment;
}
