import type {
  APIGatewayEventRequestContextIAMAuthorizer,
  APIGatewayProxyEventV2WithIAMAuthorizer,
} from 'aws-lambda';
import type { UrlSpec } from '../assembly/local-assembly.ts';
import type { DeploymentPlace } from '../assembly/template.ts';
import { parseIdentity } from './bedrock-identity.ts';
import type { IamStore } from './iam-store.ts';
import type { UrlRequest } from './url-request.ts';

export interface UrlCall {
  /** Its path is the one below the URL. */
  readonly request: UrlRequest;
  readonly url: UrlSpec;
  readonly callerArn: string;
  readonly accessKey: string;
  readonly iam: IamStore;
  readonly place: DeploymentPlace;
  readonly now: Date;
  readonly requestId: string;
}

/** What Lambda hands to a function whose URL is called: payload format 2.0 with an IAM authorizer. */
export function functionUrlEvent(call: UrlCall): Omit<
  APIGatewayProxyEventV2WithIAMAuthorizer,
  'requestContext'
> & {
  readonly requestContext: object;
} {
  const { request, url, place, now, requestId } = call;
  const { pathname: path, search, searchParams } = new URL(request.path, 'http://local');
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => name !== 'authorization')
      .map(([name, value]) => [name, String(value)]),
  );
  const isText = /^(?:text\/|application\/(?:json|javascript|xml))/.test(headers['content-type'] ?? '');
  const domainName = `${url.id}.lambda-url.${place.region}.on.aws`;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: search.slice(1),
    headers: { ...headers, host: domainName },
    ...(searchParams.size > 0 && { queryStringParameters: Object.fromEntries(searchParams) }),
    requestContext: {
      accountId: place.account,
      apiId: url.id,
      authentication: null,
      authorizer: { iam: iamOf(call) },
      domainName,
      domainPrefix: url.id,
      http: {
        ...{ method: request.method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(request.raw.length > 0 && { body: request.raw.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.raw.length > 0 && !isText,
  };
}

type IamAuthorizer = Pick<
  APIGatewayEventRequestContextIAMAuthorizer['iam'],
  'accessKey' | 'accountId' | 'callerId' | 'userArn' | 'userId'
>;

function iamOf({ callerArn, accessKey, iam, place }: UrlCall): IamAuthorizer & Record<string, string | null> {
  const identity = parseIdentity(callerArn);
  const known = identity.kind === 'user' || identity.kind === 'role';
  const id = (known && iam.find(identity.kind, identity.name)?.id) || `${place.account}`;
  const session = identity.kind === 'role' ? identity.session : undefined;
  const callerId = session === undefined ? id : `${id}:${session}`;
  return {
    ...{ accessKey, accountId: place.account, callerId, userArn: callerArn, userId: callerId },
    ...{ cognitoIdentity: null, principalOrgId: null },
  };
}
