import type { AwsRequest } from '../../../scripts/local/aws/aws-request.ts';
import { handleProfilesRequest, profilesCall } from '../../../scripts/local/aws/bedrock-profiles-api.ts';
import { requiredPermissions } from '../../../scripts/local/aws/required-permissions.ts';

const account = '111122223333';
const arn = (id: string, of = account) =>
  `arn:aws:bedrock:us-east-1:${of}:application-inference-profile/${id}`;
const profiles = {
  [arn('aaaaaaaaaaaa')]: 'global.anthropic.claude-opus-4-6-v1',
  [arn('bbbbbbbbbbbb')]: 'us.amazon.nova-pro-v1:0',
  [arn('cccccccccccc')]: 'amazon.nova-lite-v1:0',
  [arn('dddddddddddd', '999988887777')]: 'amazon.nova-lite-v1:0',
};
function ask(path: string, region = 'us-east-1') {
  const call = profilesCall({ method: 'GET', path });
  if (call === undefined) throw new Error(`${path} is not about profiles.`);
  const request = { ...call, region, protocol: 'rest-json' } as AwsRequest;
  const { status, body } = handleProfilesRequest(profiles, account, request);
  return { status, body: JSON.parse(String(body)) };
}
const modelsOf = (id: string): string[] =>
  ask(`/inference-profiles/${encodeURIComponent(arn(id))}`).body.models.map(
    ({ modelArn }: { modelArn: string }) => modelArn.split(':foundation-model/')[0],
  );

describe('the local Bedrock, asked for application inference profiles', () => {
  it('lists those of its account and Region, page by page, and nothing of another type', () => {
    const first = ask('/inference-profiles?type=APPLICATION&maxResults=1000').body;
    const second = ask(`/inference-profiles?type=APPLICATION&nextToken=${first.nextToken}`).body;
    const listed = [...first.inferenceProfileSummaries, ...second.inferenceProfileSummaries];

    expect(listed.map(({ inferenceProfileId }) => inferenceProfileId)).toEqual([
      'aaaaaaaaaaaa',
      'bbbbbbbbbbbb',
      'cccccccccccc',
    ]);
    expect(second).not.toHaveProperty('nextToken');
    expect(ask('/inference-profiles?type=SYSTEM_DEFINED').body.inferenceProfileSummaries).toEqual([]);
    expect(ask('/inference-profiles?type=APPLICATION', 'eu-west-1').body.inferenceProfileSummaries).toEqual(
      [],
    );
  });

  it('tells the models that a profile routes to, and not what it was copied from', () => {
    expect(modelsOf('aaaaaaaaaaaa')).toEqual(['arn:aws:bedrock:us-east-1:', 'arn:aws:bedrock::']);
    expect(modelsOf('bbbbbbbbbbbb')).toEqual(
      ['us-east-1', 'us-east-2', 'us-west-2'].map((region) => `arn:aws:bedrock:${region}:`),
    );
    expect(modelsOf('cccccccccccc')).toEqual(['arn:aws:bedrock:us-east-1:']);
  });

  it.each([arn('zzzzzzzzzzzz'), arn('dddddddddddd', '999988887777')])('does not know %s', (unknown) => {
    expect(ask(`/inference-profiles/${encodeURIComponent(unknown)}`).status).toBe(404);
  });

  it('asks for the permission on that profile, or on everything for the list', () => {
    const needed = (operation: string, body: object) =>
      requiredPermissions({ service: 'bedrock', operation, body: { ...body }, region: 'us-east-1', account });

    expect(
      needed('GetInferenceProfile', { inferenceProfileIdentifier: arn('dddddddddddd', '999988887777') }),
    ).toEqual([
      {
        action: 'bedrock:GetInferenceProfile',
        resource: arn('dddddddddddd', '999988887777'),
        context: {},
      },
    ]);
    expect(needed('GetInferenceProfile', { inferenceProfileIdentifier: 'aaaaaaaaaaaa' })).toEqual([
      { action: 'bedrock:GetInferenceProfile', resource: arn('aaaaaaaaaaaa'), context: {} },
    ]);
    expect(needed('ListInferenceProfiles', {})).toEqual([
      { action: 'bedrock:ListInferenceProfiles', resource: '*', context: {} },
    ]);
  });
});
