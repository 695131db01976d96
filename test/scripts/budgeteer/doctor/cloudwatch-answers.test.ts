import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { settingsSchema } from '../../../../lambda/contracts/settings.ts';
import { type Deployment, openDeployment } from '../../../../scripts/budgeteer/deployment/deployment.ts';
import { findAlarms, findLag } from '../../../../scripts/budgeteer/doctor/find-stack-parts.ts';

/** CloudWatch's answers as its API reference has them: the local stack has no alarms that anything would move. */
type Asked = Readonly<Record<string, unknown>>;
let server: Server;
let deployment: Deployment;
let asked: [string, Asked][];
let answers: Readonly<Record<string, (input: Asked) => object>>;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const input = JSON.parse(body) as Asked;
      asked.push([operation, input]);
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(answers[operation]?.(input)));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  deployment = openDeployment({
    aws: {
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    stage: 'production',
    settings: settingsSchema.parse({ mode: 'shadow' }),
    clock: () => new Date('2026-11-22T12:00:00Z'),
  });
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
);

const alarm = (AlarmName: string, StateValue: string) => ({
  AlarmName: `bedrock-budgeteer-production-${AlarmName}`,
  StateValue,
  InsufficientDataActions: [],
});

it('finds the alarms that ring, on every page, by their names in the runbook', async () => {
  answers = {
    DescribeAlarms: ({ NextToken }) =>
      NextToken === undefined
        ? { MetricAlarms: [alarm('ingest-late', 'ALARM'), alarm('audit-gap', 'OK')], NextToken: 'more' }
        : { MetricAlarms: [alarm('rules-failing', 'ALARM')] },
  };

  expect(await findAlarms(deployment)).toEqual(['ingest-late', 'rules-failing']);
  expect(asked[0]).toEqual(['DescribeAlarms', { AlarmNamePrefix: 'bedrock-budgeteer-production-' }]);
});

it('reads the lag of the last quarter of an hour in seconds, and takes silence for silence', async () => {
  const values: Readonly<Record<string, readonly number[]>> = { ingest: [12, 40], evaluate: [3_000] };
  answers = {
    GetMetricData: ({ MetricDataQueries }) => ({
      MetricDataResults: (MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
        Id,
        Label: Id,
        Values: values[Id] ?? [],
        StatusCode: 'Complete',
      })),
    }),
  };

  const lag = await findLag(deployment);

  expect(lag).toMatchObject({ ingest: 40, evaluate: 3, audit: undefined, ingestQueue: undefined });
  const [, input] = asked[0] ?? [];
  expect(input?.['MetricDataQueries']).toContainEqual({
    Id: 'evaluate',
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName: 'IteratorAge',
        Dimensions: [{ Name: 'FunctionName', Value: 'bedrock-budgeteer-production-evaluate' }],
      },
      Period: 300,
      Stat: 'Maximum',
    },
  });
});
