import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RunResult } from '../../../scripts/run/result.ts';
import { scenarioPath, startCommand, startIn } from './support/command.ts';

describe('npm start', () => {
  it.each<[string, string[], RegExp]>([
    ['an option that it does not know', ['--log', 'x'], /^unknown option '--log'/],
    ['two things at once', ['--logs', 'x', '--scenario', 'y'], /choose one of them\.$/m],
    ['budgets without logs', ['--config', 'x'], /^--config was given without --logs/],
    ['a file that is not there', ['--scenario', 'gone.json'], /^The file gone\.json cannot be read/],
    ['luck that is no number', ['--bad-days', 'monday'], /^--bad-days must be a whole number/],
  ])('refuses %s with one sentence and exit status 2', async (_, args, sentence) => {
    const ended = await startCommand(...args);

    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('says what to install where nothing stands in for DynamoDB', async () => {
    const environment = { PATH: '/nowhere', BUDGETEER_ENGINE: 'java' };
    const ended = await startIn(environment, '--scenario', scenarioPath('grace'));

    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /needs a stand-in for DynamoDB, and none was found for \S+: install Java 17 .+ with `.+`\.\n$/,
    );
  }, 30_000);

  it('meters a copy of the log bucket at the time of its records', async () => {
    const bucket = mkdtempSync(join(tmpdir(), 'bucket-'));
    const hour = 'AWSLogs/444455556666/BedrockModelInvocationLogs/us-east-1/2026/11/01/10';
    const put = (name: string, content: Buffer) => {
      mkdirSync(dirname(join(bucket, name)), { recursive: true });
      writeFileSync(join(bucket, name), content);
    };
    const lines = Array.from({ length: 12 }, (_, minute) => dollarAt(minute));
    put(`${hour}/b.json.gz`, gzipSync(lines.slice(0, 6).join('\n')));
    put(`${hour}/a.json.gz`, gzipSync([...lines.slice(5).reverse(), '{"cut'].join('\n')));
    put(`${hour}/data/x_input.json.gz`, gzipSync('{"messages":"a secret"}'));
    put('budgets.config', Buffer.from(JSON.stringify({ defaultBudget: { monthUsd: '10.00' } })));
    try {
      const ended = await startCommand(
        '--logs',
        bucket,
        '--config',
        join(bucket, 'budgets.config'),
        '--json',
      );
      const result = JSON.parse(ended.stdout) as RunResult;

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(result.principals['user/alice']).toMatchObject({
        access: 'suspended',
        windows: { 'month:2026-11': { spentUsd: '12.000000000', limitUsd: '10.00', requests: 12 } },
      });
      expect(
        result.principals['user/alice']?.alerts.map(
          ({ threshold, at }) => `${threshold} ${at.slice(11, 16)}`,
        ),
      ).toEqual(['50% 10:04', '80% 10:07', '90% 10:08', '95% 10:09', '100% 10:09']);
      expect(result.ingest).toMatchObject({
        posted: 12,
        duplicates: 1,
        quarantined: 1,
        ignored: { sidecar: 1 },
      });
      expect(ended.stdout).not.toContain('secret');
    } finally {
      rmSync(bucket, { recursive: true });
    }
  }, 120_000);

  it('tells a story of who spent what, and who was suspended and restored', async () => {
    const { code, stdout, stderr } = await startCommand();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/role\/research-agent is suspended/);
    expect(stdout).toMatch(/2026-12-01 00:0\d {2}role\/research-agent is restored/);
    expect(stdout).toMatch(/user\/carol is restricted to economy models\./);
    expect(stdout).toMatch(/The operator set the budget of user\/dmitri .* to 110\.00 USD a month/);
    expect(stdout).toMatch(/user\/dmitri is restored/);
    expect(stdout).toMatch(/user\/erin +│ acme\.frontier-preview-v1:0 .* at a ceiling price/);
    expect(stdout).toMatch(/The account spent \$\d+\.\d\d of \$300\.00/);
    expect(stdout).toMatch(/\d+ duplicates, .* 1 quarantined\.\n$/);
  }, 180_000);
});

/** A call that costs exactly one dollar: 100,000 tokens in and 20,000 out at its model's global price. */
function dollarAt(minute: number): string {
  return JSON.stringify({
    timestamp: `2026-11-01T10:${String(minute).padStart(2, '0')}:00Z`,
    accountId: '444455556666',
    region: 'us-east-1',
    requestId: `request-${minute}`,
    identity: { arn: 'arn:aws:iam::444455556666:user/alice' },
    operation: 'Converse',
    modelId: 'global.anthropic.claude-opus-4-6-v1',
    input: { inputTokenCount: 100_000 },
    output: { outputTokenCount: 20_000 },
  });
}
