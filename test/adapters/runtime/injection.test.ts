import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { settingsSchema } from '../../../lambda/contracts/settings.ts';
import type { Alert } from '../../../lambda/domain/control/alert.ts';
import { renderAlert } from '../../../lambda/domain/control/message.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { parseUsd } from '../../../lambda/domain/money.ts';
import { logLine } from '../../scripts/local/support/log-line.ts';

/** What a caller might put into a name that he chooses: another mail header, another line, another log record. */
const hostile = [
  'x\r\nBcc: eve@example.com',
  'x\n\nCRITICAL: all is well, see https://evil.example',
  'x\u2028y',
  'x"}\n{"level":"ERROR","message":"forged',
];

test.each(hostile)(
  'A model that is called %j gets neither into a subject line nor into a line of its own',
  (name) => {
    const line = logLine('alice', 'r').replace(/"modelId":"[^"]+"/, `"modelId":${JSON.stringify(name)}`);
    expect(readLine(line)).toMatchObject({ kind: 'invocation', invocation: { modelId: name } });
    const alert: Alert = {
      ...{ subject: `user/${name}`, window: 'month:2026-11', id: `unpriced#${name}`, kind: 'notice' },
      ...{ notice: 'unpriced', severity: 'warning', publish: true, together: [], detail: `About ${name}.` },
      ...{
        spent: parseUsd('41.00'),
        limit: parseUsd('50.00'),
        at: '2026-11-22T12:00:00.000Z',
        enforcing: true,
      },
    };
    const settings = settingsSchema.parse({ mode: 'enforce' });
    const { subject, body } = renderAlert(alert, settings);
    const plain = renderAlert(
      { ...alert, subject: 'user/x', id: 'unpriced#x', detail: 'About x.' },
      settings,
    );

    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(body.split(/[\r\n\u2028]/)).toHaveLength(plain.body.split('\n').length);
  },
);

test('A log of ours stays one line of JSON each, whatever names are in it', () => {
  const write = `
    import { FunctionLogger } from './lambda/adapters/runtime/function-logger.ts';
    const logger = new FunctionLogger('ingest');
    for (const principal of ${JSON.stringify(hostile)}) logger.error('Could not be read', { principal });
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', write], {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    encoding: 'utf8',
  });
  const lines = `${stdout}${stderr}`.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).principal)).toEqual(hostile);
});
