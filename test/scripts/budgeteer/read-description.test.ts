import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseStageConfig } from '../../../lib/config.ts';
import { version } from '../../../lib/shared/version.ts';
import { describeStage, describingStack, descriptionKey } from '../../../lib/stage-description.ts';
import { chooseDeployment } from '../../../scripts/budgeteer/deployment/choose-deployment.ts';
import { templateSummary } from '../../../scripts/local/aws/account-api.ts';
import { parseRequest } from '../../../scripts/local/aws/parse-request.ts';

const stage = 'production';
const settings = { mode: 'shadow', timeZone: 'Europe/Berlin', teams: { 'team/a&b': { monthUsd: '5' } } };
const described = describeStage(
  parseStageConfig({
    stage,
    settings,
    enforcerConcurrency: 3,
    auditArchive: 'none',
    invocationLogGroup: '/calls',
  }),
);

describe('A command', () => {
  let server: Server;
  let metadata: Record<string, unknown> = {};
  const variables = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
  const before = variables.map((name) => process.env[name]);
  beforeAll(async () => {
    server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = '', url: path = '', headers } = incoming;
      const request = parseRequest({ method, path, headers, raw: Buffer.concat(chunks) });
      const {
        status,
        headers: sent,
        body,
      } = templateSummary([describingStack(stage)], { [describingStack(stage)]: metadata }, request);
      response.writeHead(status, sent).end(body);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIATEST';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  });
  afterAll(() => {
    server.close();
    for (const [index, name] of variables.entries()) {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const choose = async (options: { stage?: string; account?: string } = {}) => {
    const said: string[] = [];
    const env = { AWS_REGION: 'eu-central-1' };
    const deployment = await chooseDeployment(options, env, (sentence) => said.push(sentence));
    return { deployment, said };
  };

  test('works with what the deployment says of itself', async () => {
    metadata = { [descriptionKey]: described };
    const { deployment, said } = await choose();

    expect(deployment).toMatchObject({
      ...{ stage, settings: described.settings, enforcerConcurrency: 3, auditArchive: false },
      logGroup: '/calls',
      aws: { region: 'eu-central-1' },
    });
    expect(said).toEqual([]);
  });

  test('knows the account that it is told to stay in, which the check of the account holds it to', async () => {
    const { deployment } = await choose({ account: '111122223333' });

    expect(deployment.account).toBe('111122223333');
  });

  test('says where the deployment is of another version, and goes on', async () => {
    metadata = { [descriptionKey]: { ...described, version: '0.9.1' } };
    const { deployment, said } = await choose();

    expect(deployment.settings).toEqual(described.settings);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(
      `The stage "production" runs version 0.9.1, and this command is version ${version}:`,
    );
  });

  test('fills in what an older version did not know yet', async () => {
    const { ledgerDays, ...older } = described.settings;
    metadata = { [descriptionKey]: { ...described, version: '0.1.9', settings: older } };

    expect((await choose()).deployment.settings.ledgerDays).toBe(ledgerDays);
  });

  test.each([
    [
      'settings that it cannot read',
      { [descriptionKey]: { ...described, version: '9.0.0', settings: { ...described.settings, later: 1 } } },
      {},
      `The stage "production" in eu-central-1 runs version 9.0.0, whose settings this command of version ${version} ` +
        'cannot read: install version 9.0.0 of the command.',
    ],
    [
      'a deployment that says nothing',
      {},
      {},
      /does not describe itself: a version before 0\.2\.0 deployed it/,
    ],
    ['no such stage', {}, { stage: 'moon' }, /^There is no stage "moon" in eu-central-1 in the account/],
  ])('refuses %s in one sentence', async (_, found, options, sentence) => {
    metadata = found;

    await expect(choose(options)).rejects.toThrow(sentence);
  });
});
