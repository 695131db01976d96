import { type AwsResponse, errorAnswer, jsonAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { bedrockTargets } from './bedrock-targets.ts';
import { type Ask, permission, type RequiredPermission, textOf } from './permission.ts';

/** Application inference profile ARN → the model or system profile that it was copied from. */
export type KnownProfiles = Readonly<Record<string, string>>;

const path = /^\/inference-profiles(?:\/([^/?]+))?(?:\?(.*))?$/;

/** @returns undefined for what is no request about profiles */
export function profilesCall({
  method,
  path: asked,
}: Pick<AwsRequest, 'method' | 'path'>): Pick<AwsRequest, 'operation' | 'body'> | undefined {
  const [all, identifier, query] = path.exec(asked) ?? [];
  if (all === undefined || method !== 'GET') return undefined;
  if (identifier === undefined) {
    return { operation: 'ListInferenceProfiles', body: Object.fromEntries(new URLSearchParams(query)) };
  }
  return {
    operation: 'GetInferenceProfile',
    body: { inferenceProfileIdentifier: decodeURIComponent(identifier) },
  };
}

/** @returns undefined for an operation that is not known. */
export function profilesPermissions({ operation, body, ...place }: Ask): RequiredPermission[] | undefined {
  switch (operation) {
    case 'ListInferenceProfiles':
      return [permission('bedrock:ListInferenceProfiles', '*')];
    case 'GetInferenceProfile': {
      const given = textOf(body, 'inferenceProfileIdentifier', operation);
      const arn = `arn:aws:bedrock:${place.region}:${place.account}:application-inference-profile/${given}`;
      return [permission('bedrock:GetInferenceProfile', given.startsWith('arn:') ? given : arn)];
    }
    default:
      return undefined;
  }
}

/** AWS allows 1,000; two, so that a run turns pages. */
const pageSize = 2;

/**
 * Answers about application inference profiles as Bedrock does: it does not tell what a profile was copied from, only
 * the models that it routes to.
 */
export function handleProfilesRequest(
  profiles: KnownProfiles,
  account: string,
  { operation, body, protocol, region }: AwsRequest,
): AwsResponse {
  // Bedrock answers for one Region and one account.
  const own = Object.entries(profiles).filter(([arn]) => arn.includes(`:bedrock:${region}:${account}:`));
  const describe = ([arn, copiedFrom]: [string, string]) => ({
    inferenceProfileName: `profile-${idOf(arn)}`,
    inferenceProfileArn: arn,
    inferenceProfileId: idOf(arn),
    models: modelsOf(copiedFrom, region, account).map((modelArn) => ({ modelArn })),
    status: 'ACTIVE',
    type: 'APPLICATION',
  });
  if (operation === 'ListInferenceProfiles') {
    const listed = body['type'] === 'APPLICATION' ? own : [];
    const start = Number(body['nextToken'] ?? 0);
    const end = start + pageSize;
    return jsonAnswer({
      inferenceProfileSummaries: listed.slice(start, end).map(describe),
      ...(end < listed.length && { nextToken: String(end) }),
    });
  }
  const identifier = String(body['inferenceProfileIdentifier']);
  const found = own.find(([arn]) => arn === identifier || idOf(arn) === identifier);
  if (found) return jsonAnswer(describe(found));
  const message = 'The provided inference profile was not found.';
  return errorAnswer(protocol, { code: 'ResourceNotFoundException', message, status: 404 });
}

const idOf = (arn: string) => arn.split('/').at(-1) ?? arn;

/** What Bedrock would authorise a call on, so an answer fits the decisions of `invoke`. */
function modelsOf(copiedFrom: string, region: string, account: string): string[] {
  const { targets } = bedrockTargets(copiedFrom, { partition: 'aws', region, account }, {});
  return targets.map(({ resource }) => resource).filter((arn) => arn.includes('foundation-model/'));
}
