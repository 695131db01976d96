import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarioPath } from '../run/support/command.ts';

const script = (name: string) => join(import.meta.dirname, '..', '..', '..', 'scripts', name);
const bare = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };

const run = (file: string, env: NodeJS.ProcessEnv, args: string[], cwd?: string) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [file, ...args], { env, cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });

const budgeteer = (env: NodeJS.ProcessEnv, ...args: string[]) => run(script('budgeteer.ts'), env, args);

/** Waits for the line that a second terminal would export; the rest of the output is read and dropped. */
function exported(child: ChildProcess): Promise<Record<string, string>> {
  let output = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const line = /^export (.+)\n/m.exec(output)?.[1];
      if (line) resolve(Object.fromEntries(line.split(' ').map((pair) => pair.split(/=(.*)/s))));
    });
    child.once('exit', () => reject(new Error(`The stack ended before it was up: ${output}`)));
  });
}

const args = [script('start.ts'), '--scenario', scenarioPath('grace'), '--no-bad-days', '--serve'];
const gone = async (pid: number) => {
  for (let tries = 0; tries < 50; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
};

/** The command as it is packed, in a folder without a checkout. esbuild's own process keeps jest's realm out of it. */
function packed(folder: string): string {
  const file = join(folder, 'budgeteer.mjs');
  const build = `
    import { bundleCommand } from './scripts/package/bundle-command.ts';
    await bundleCommand(process.cwd(), ${JSON.stringify(file)});
  `;
  execFileSync(process.execPath, ['--input-type=module', '-e', build], { cwd: join(script('.'), '..') });
  return file;
}

describe('npm start -- --serve', () => {
  it('keeps a stack up for the commands of a second terminal, and ends in order on Ctrl-C', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'budgeteer-packed-'));
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    try {
      const env: NodeJS.ProcessEnv = { ...bare, ...(await exported(child)) };
      const status = await budgeteer(env, 'status', '--all', '--json');
      expect(status).toMatchObject({ code: 0, stderr: '' });
      const subjects: { subject: string }[] = JSON.parse(status.stdout).subjects;
      expect(subjects.length).toBeGreaterThan(0);

      const subject = subjects[0]?.subject ?? '';
      const set = await budgeteer(env, 'budget', 'set', subject, '--month', '900', '--reason', 'a test');
      expect(set).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('$900.00 a month') });
      expect((await budgeteer(env, 'history', subject)).stdout).toContain('by user/operator. a test.');
      expect(await budgeteer(env, 'status', 'user/nobody')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^user\/nobody was never seen[^\n]+\n$/),
      });
      expect(await budgeteer(env, 'status', '--stage', 'moon')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^There is no stage "moon" in us-east-1 [^\n]+\n$/),
      });

      const bundle = packed(folder);
      const installed = (...words: string[]) => run(bundle, env, words, folder);
      const extension = ['--amount', '25', '--expires', 'end-of-month', '--reason', 'a test'];
      expect(await installed('override', 'extend', 'user/bob', ...extension)).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(/^Taken: "extend user\/bob" by user\/operator/),
      });
      expect((await installed('status', 'user/bob')).stdout).toContain(
        'extension of $25.00 a month by user/operator',
      );
      expect(await installed('doctor', '--before')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^"doctor --before" reads lib\/stages\.ts: run it in a checkout/),
      });
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it('ends when the program that started it is gone', async () => {
    const command = args.map((arg) => `'${arg}'`).join(' ');
    const shell = spawn('sh', ['-c', `'${process.execPath}' ${command} & echo "pid $!" >&2; wait`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    shell.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await exported(shell);
    const pid = Number(/pid (\d+)/.exec(said)?.[1]);
    shell.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  }, 120_000);
});

describe('a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'budgeteer-command-'));
  /** With settings from a file no deployment is asked for them. */
  const config = join(folder, 'config.json');
  writeFileSync(config, '{}');
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = { ...bare, AWS_REGION: 'us-east-1' };
  it.each<[string, NodeJS.ProcessEnv, string[], RegExp]>([
    ['no Region', bare, ['status'], /^No Region is named/],
    [
      'a stage that is not there',
      env,
      ['doctor', '--before', '--stage', 'moon'],
      /^There is no stage "moon": lib\/stages\.ts has /,
    ],
    ['no credentials', env, ['status'], /^AWS does not take the credentials/],
    [
      'an endpoint that does not answer',
      { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      ['budget', 'list'],
      /^AWS cannot be reached/,
    ],
    [
      'no reason',
      env,
      ['budget', 'set', 'user/a', '--month', '5'],
      /^required option '--reason <text>' not specified/,
    ],
    ['no bucket', env, ['backfill'], /^required option '--bucket <name>' not specified/],
    [
      'days that count none',
      env,
      ['alerts', 'list', '--days', 'soon', '--config', config],
      /^--days must be a whole number from 0/,
    ],
    ['a name that is none', env, ['history', 'alice', '--config', config], /^"alice" names nobody/],
  ])(
    'says of %s what is missing, in one sentence, with exit status 2',
    async (_, environment, words, sentence) => {
      const ended = await budgeteer(environment, ...words);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toMatch(sentence);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    },
    20_000,
  );
});
