import { Sha256 } from '@aws-crypto/sha256-js';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { doorForm } from '../../../lib/regions/region-choices.ts';
import { physicalName } from '../../../lib/shared/naming.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Deployment } from '../deployment/deployment.ts';

export type Door = 'front-door' | 'approvals';

export interface DoorResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

const policies: Readonly<Record<Door, string>> = { 'front-door': 'Operator', approvals: 'Approver' };

/**
 * Posts to one of the doors, signed as the caller: what IAM says of the signature is who asks.
 * @throws InputError where AWS does not let the caller through
 */
export async function callDoor(door: Door, body: unknown, deployment: Deployment): Promise<DoorResponse> {
  const { aws, stage } = deployment;
  const { address, service } = await findDoor(door, deployment);
  const { hostname, host, port, pathname, protocol } = new URL(address);
  const text = JSON.stringify(body);
  const signer = new SignatureV4({
    service,
    region: aws.region,
    credentials: new LambdaClient(aws).config.credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    ...{ method: 'POST', protocol, hostname, path: pathname, body: text },
    ...(port !== '' && { port: Number(port) }),
    headers: { host, 'content-type': 'application/json' },
  });
  const response = await post(address, { method: 'POST', headers: sendable(headers), body: text });
  const answer = parsed(await response.text());
  // Our own answers have a message; what Lambda refuses before them has a Message.
  if (response.status === 403 && answer['message'] === undefined) {
    throw new InputError(
      `AWS does not let you through the ${door}: you need the policy BedrockBudget${policies[door]}-${stage}.`,
    );
  }
  return { status: response.status, body: answer };
}

const tries = 3;

/** An order carries a token, and an approval is answered once: an answer that was lost may be asked for again. */
async function post(address: string, request: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(address, request);
      if (response.status < 500 || attempt >= tries) return response;
    } catch (error) {
      if (attempt >= tries) throw error;
    }
  }
}

/** A function URL, or where Lambda has none the route of an API; and for which service a call of it is signed. */
async function findDoor(
  door: Door,
  { aws, stage }: Deployment,
): Promise<{ address: string; service: string }> {
  if (doorForm(aws) === 'url') {
    const { FunctionUrl = '' } = await new LambdaClient(aws).send(
      new GetFunctionUrlConfigCommand({ FunctionName: physicalName(stage, door) }),
    );
    return { address: FunctionUrl, service: 'lambda' };
  }
  const StackName = physicalName(stage, 'workflow-orchestration');
  const { Stacks = [] } = await new CloudFormationClient(aws).send(new DescribeStacksCommand({ StackName }));
  const { OutputValue } =
    Stacks[0]?.Outputs?.find(({ OutputKey = '' }) => OutputKey.startsWith(outputs[door])) ?? {};
  if (OutputValue === undefined) {
    throw new InputError(`The stack ${StackName} does not say where its ${door} is: deploy it again.`);
  }
  return { address: OutputValue, service: 'execute-api' };
}

/** How the stack's outputs begin that have the address of a door. */
const outputs: Readonly<Record<Door, string>> = {
  'front-door': 'FrontDoorOrdersUrl',
  approvals: 'FrontDoorApprovalsUrl',
};

/** The client writes the host itself. */
const sendable = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'));

function parsed(text: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, string>>;
  } catch {
    return { message: text.slice(0, 500) };
  }
}
