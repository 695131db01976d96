import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseOtherAccount } from '../../../../scripts/budgeteer/deployment/check-account.ts';
import { declaredDeployment } from '../../../../scripts/budgeteer/deployment/choose-deployment.ts';
import { cloudTrailOf, findTrails } from '../../../../scripts/budgeteer/doctor/find-trails.ts';

const settings = { mode: 'shadow' } as const;
const stages = {
  production: { settings, account: '111122223333', region: 'eu-central-1' },
  loose: { settings },
};

/** As STS answers. */
const identity =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Arn>arn:aws:iam::999988887777:user/ann</Arn><UserId>AIDA</UserId><Account>999988887777</Account>' +
  '</GetCallerIdentityResult></GetCallerIdentityResponse>';

describe('A stage that pins its Region', () => {
  it('is looked for there, whatever the shell says', () => {
    const { aws, account } = declaredDeployment({}, { AWS_REGION: 'us-east-1' }, stages);
    expect([aws.region, account]).toEqual(['eu-central-1', '111122223333']);
    expect(declaredDeployment({ region: 'eu-central-1' }, {}, stages).aws.region).toBe('eu-central-1');
  });

  it('is not looked for elsewhere', () => {
    expect(() => declaredDeployment({ region: 'us-east-1' }, {}, stages)).toThrow(
      'Stage "production" belongs to eu-central-1, not to us-east-1: leave out --region, or name another stage.',
    );
  });

  it('does not bind one that pins none', () => {
    expect(declaredDeployment({ stage: 'loose', region: 'us-east-1' }, {}, stages)).toMatchObject({
      aws: { region: 'us-east-1' },
      account: undefined,
    });
  });
});

describe('With credentials', () => {
  const seen: Record<string, unknown>[] = [];
  let server: Server;
  const access = () => ({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  });
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const target = request.headers['x-amz-target'];
      seen.push({ target, body, authorization: request.headers.authorization });
      if (target === undefined) {
        response.writeHead(200, { 'content-type': 'text/xml' }).end(identity);
      } else if (String(target).endsWith('.DescribeTrails')) {
        const trailList = [
          { Name: 'all', TrailARN: 'arn:aws:cloudtrail:eu-central-1:111122223333:trail/all' },
        ];
        response.end(JSON.stringify({ trailList }));
      } else {
        response
          .writeHead(400)
          .end('{"__type":"com.amazonaws.cloudtrail#AccessDeniedException","message":"No."}');
      }
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  afterAll(() => server.close());

  it("of another account, a command stops before it touches that account's stage of the same name", async () => {
    const stage = { aws: access(), stage: 'production' };
    await expect(refuseOtherAccount({ ...stage, account: '111122223333' })).rejects.toThrow(
      'Stage "production" belongs to account 111122223333, and these credentials are of 999988887777: set AWS_PROFILE to ' +
        "one of the stage's account, or name another stage.",
    );
    await refuseOtherAccount({ ...stage, account: '999988887777' });
    const asked = seen.length;
    await refuseOtherAccount({ ...stage, account: undefined });
    expect(seen).toHaveLength(asked);
  });

  it('CloudTrail is asked with a signature of its own, and a refusal bears the name that AWS gives it', async () => {
    const ask = cloudTrailOf(access());
    expect(await findTrails(ask)).toEqual([{ name: 'all', logging: undefined, managementEvents: undefined }]);
    expect(seen.find(({ target }) => String(target).endsWith('.DescribeTrails'))).toMatchObject({
      target: 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails',
      body: '{"includeShadowTrails":true}',
      authorization: expect.stringMatching(/\/eu-central-1\/cloudtrail\/aws4_request/),
    });
    await expect(ask('GetTrailStatus', {})).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'No.',
    });
  });
});
