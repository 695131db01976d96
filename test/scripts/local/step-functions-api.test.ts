import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidName,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import {
  executionArn,
  freshStateMachines,
  harnessStart,
  input,
  inSeconds,
  machineArn,
  region,
} from './step-functions-harness.ts';

const fresh = freshStateMachines();

describe('the API', () => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const { status, body } = fresh.current.functions.handleRequest(
        String(request.headers['x-amz-target']),
        JSON.parse(text),
      );
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    });
  });
  let sfn: SFNClient;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sfn = new SFNClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterAll(() => {
    sfn.destroy();
    server.closeAllConnections();
    server.close();
  });
  const stateMachineArn = machineArn('suspension');
  const begin = (name: string, text = JSON.stringify(input)) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));

  test('the SDK starts, describes and lists executions', async () => {
    fresh.current.answers['holds'] = () => ({ confirmed: true, graceSeconds: 60 });
    expect(await begin('a')).toMatchObject({
      executionArn: executionArn('suspension', 'a'),
      startDate: harnessStart,
    });
    await fresh.current.idle();
    expect(await begin('a')).toMatchObject({ startDate: harnessStart });
    await fresh.current.clock.advanceTo(inSeconds(60), fresh.current.idle);
    const described = await sfn.send(
      new DescribeExecutionCommand({ executionArn: executionArn('suspension', 'a') }),
    );
    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      stateMachineArn,
      name: 'a',
      input: JSON.stringify(input),
      startDate: harnessStart,
      stopDate: inSeconds(60),
    });
    expect(JSON.parse(described.output ?? '')).toMatchObject(input);
    await begin('b');
    await fresh.current.idle();
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
    expect(page.executions?.map(({ name }) => name)).toEqual(['b']);
    const { nextToken } = page;
    const last = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1, nextToken }));
    expect(last.executions?.map(({ name }) => name)).toEqual(['a']);
    expect(last.nextToken).toBeUndefined();
    const none = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }));
    expect(none.executions).toEqual([]);
  });

  test('the SDK sees the errors of AWS', async () => {
    await begin('a');
    await fresh.current.idle();
    await expect(begin('a')).rejects.toThrow(ExecutionAlreadyExists);
    await expect(begin('a b')).rejects.toThrow(InvalidName);
    const elsewhere = new StartExecutionCommand({ stateMachineArn: machineArn('x') });
    await expect(sfn.send(elsewhere)).rejects.toThrow(StateMachineDoesNotExist);
    const unknown = new DescribeExecutionCommand({ executionArn: executionArn('suspension', 'z') });
    await expect(sfn.send(unknown)).rejects.toThrow(ExecutionDoesNotExist);
  });

  test('operations that are not imitated are refused', () => {
    const answer = fresh.current.functions.handleRequest('AWSStepFunctions.CreateStateMachine', {});
    expect(answer).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
    expect(fresh.current.functions.handleRequest('AWSStepFunctions.StartExecution', {})).toMatchObject({
      body: { __type: 'ValidationException' },
    });
  });
});
