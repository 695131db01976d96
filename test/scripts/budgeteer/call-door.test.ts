import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Deployment } from '../../../scripts/budgeteer/deployment/deployment.ts';
import { callDoor } from '../../../scripts/budgeteer/override/call-door.ts';

/** CloudFormation, and the API whose address the stack tells: one server plays both. */
const seen: { path: string; authorization: string; body: string }[] = [];
let server: Server;
let url: string;
let outputs: Record<string, string>;

beforeEach(async () => {
  seen.length = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      if (body.includes('Action=DescribeStacks')) {
        const members = Object.entries(outputs).map(
          ([key, value]) =>
            `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        );
        response.setHeader('content-type', 'text/xml').end(
          `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
            <StackName>s</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-22T12:00:00Z</CreationTime>
            <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        );
        return;
      }
      seen.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', body });
      response.setHeader('content-type', 'application/json').writeHead(202).end('{"execution":"e-1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const deployment = () =>
  ({
    stage: 'test',
    aws: {
      region: 'mx-central-1',
      endpoint: url,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    },
  }) as unknown as Deployment;

describe('A door where Lambda has no function URLs', () => {
  test('is found in the outputs of the stack, and called as the API that it is', async () => {
    outputs = { FrontDoorApprovalsUrl1: `${url}/approvals`, FrontDoorOrdersUrl2: `${url}/orders` };

    expect(await callDoor('front-door', { action: 'resume' }, deployment())).toEqual({
      status: 202,
      body: { execution: 'e-1' },
    });
    expect(seen).toEqual([
      {
        path: '/orders',
        authorization: expect.stringContaining('/mx-central-1/execute-api/aws4_request'),
        body: '{"action":"resume"}',
      },
    ]);
  });

  test('is missed with a sentence where the stack does not tell it', async () => {
    outputs = {};

    await expect(callDoor('approvals', {}, deployment())).rejects.toThrow(
      'The stack bedrock-budgeteer-test-workflow-orchestration does not say where its approvals is: deploy it again.',
    );
  });
});
