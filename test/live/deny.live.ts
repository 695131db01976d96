import { randomUUID } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { SignatureV4 } from '@smithy/signature-v4';
import { plainSuspendedPolicy } from '../../lambda/domain/deny-policies/suspended-policy.ts';
import { onlyWith, secondsUntil } from './support/live.ts';

/**
 * Makes a user for this test, lets it call the cheapest model for one token, denies, and lifts the deny: how long does IAM
 * take to reach `bedrock-runtime`, in both directions? Everything that it made is deleted at the end, also after a failure.
 * It costs less than a tenth of a cent.
 */
jest.setTimeout(900_000);

const region = process.env['AWS_REGION'] ?? 'us-east-1';
const modelId = process.env['BUDGETEER_LIVE_MODEL'] ?? 'amazon.nova-micro-v1:0';
/** IAM "might take a few minutes". */
const patience = 300;

onlyWith('BUDGETEER_LIVE_DENY')('The deny of a suspension', () => {
  const iam = new IAMClient({});
  const UserName = `budgeteer-live-${randomUUID().slice(0, 8)}`;
  const PolicyName = 'MayCallBedrock';
  const undo: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const step of undo.reverse()) await step().catch((error) => console.warn(String(error)));
  });

  it('reaches Bedrock, and so does its end', async () => {
    const { User } = await iam.send(new CreateUserCommand({ UserName }));
    undo.push(() => iam.send(new DeleteUserCommand({ UserName })));
    const account = User?.Arn?.split(':')[4] ?? '';
    const allow = { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    undo.push(() => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const AccessKeyId = AccessKey?.AccessKeyId ?? '';
    undo.push(() => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })));
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: UserName,
        PolicyDocument: JSON.stringify(plainSuspendedPolicy('aws', account)),
      }),
    );
    const PolicyArn = Policy?.Arn ?? '';
    undo.push(() => iam.send(new DeletePolicyCommand({ PolicyArn })));
    const key = { accessKeyId: AccessKeyId, secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    const call = () => decisionOf(key);
    await secondsUntil('allowed', call, patience);

    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    undo.push(() => iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })));
    const denied = await secondsUntil('denied', call, patience);
    for (let again = 0; again < 5; again++) expect(await call()).toBe('denied');

    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
    undo.pop();
    const allowed = await secondsUntil('allowed', call, patience);
    console.info(`Denied after ${denied.toFixed(1)} s, allowed again after ${allowed.toFixed(1)} s.`);
  });
});

/** One call for one token. @throws Error where Bedrock says anything but yes or no */
async function decisionOf(key: {
  accessKeyId: string;
  secretAccessKey: string;
}): Promise<'allowed' | 'denied'> {
  const hostname = `bedrock-runtime.${region}.amazonaws.com`;
  const path = `/model/${encodeURIComponent(modelId)}/converse`;
  const body = JSON.stringify({
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    inferenceConfig: { maxTokens: 1 },
  });
  const signer = new SignatureV4({ service: 'bedrock', region, credentials: key, sha256: Sha256 });
  const { headers } = await signer.sign({
    ...{ method: 'POST', protocol: 'https:', hostname, path, body },
    headers: { host: hostname, 'content-type': 'application/json' },
  });
  const response = await fetch(`https://${hostname}${path}`, { method: 'POST', headers, body });
  if (response.ok) return 'allowed';
  // A key that is seconds old is not known everywhere yet.
  if (response.status === 403) return 'denied';
  throw new Error(`Bedrock answers ${response.status}: ${await response.text()}`);
}
