import type { AwsRequest } from './aws-request.ts';
import { parseIdentity } from './bedrock-identity.ts';
import { arnOfCaller, type RequestSigner } from './caller.ts';
import { readsIam } from './iam-api.ts';
import { nestedParams } from './iam-params.ts';
import type { IamStore } from './iam-store.ts';

/** An event as CloudTrail hands it to EventBridge. */
export interface TrailEvent {
  readonly source: 'aws.iam';
  readonly detailType: 'AWS API Call via CloudTrail';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Why a call was not done, as CloudTrail tells it. */
export interface TrailFailure {
  readonly code: string;
  readonly message: string;
}

/** IAM is global: all its events are of this Region, and come to EventBridge only there. */
export const iamTrailRegion = 'us-east-1';

/** CloudTrail's management events, as far as EventBridge gets them without asking: calls of IAM that write. */
export class CloudTrail {
  readonly #iam: IamStore;
  readonly #put: (event: TrailEvent) => void;
  /** Changes that people made, and not the system. */
  foreignChanges = 0;
  #count = 0;

  constructor(iam: IamStore, put: (event: TrailEvent) => void) {
    this.#iam = iam;
    this.#put = put;
  }

  /** Records a call that was done, or refused with this failure. */
  record(
    request: Pick<AwsRequest, 'service' | 'operation' | 'raw'>,
    caller: RequestSigner,
    failure?: TrailFailure,
  ): void {
    const { service, operation, raw } = request;
    if (service !== 'iam' || readsIam(operation)) return;
    const {
      Action: _action,
      Version: _version,
      ...given
    } = nestedParams(new URLSearchParams(raw.toString()));
    this.#count += 1;
    if (caller.kind !== 'function' && !failure) this.foreignChanges += 1;
    const number = String(this.#count).padStart(12, '0');
    this.#put({
      source: 'aws.iam',
      detailType: 'AWS API Call via CloudTrail',
      detail: {
        eventVersion: '1.11',
        userIdentity: this.#identityOf(caller),
        eventTime: withoutMilliseconds(this.#iam.now()),
        eventSource: 'iam.amazonaws.com',
        eventName: operation,
        awsRegion: iamTrailRegion,
        sourceIPAddress: '127.0.0.1',
        userAgent: 'local',
        ...(failure && { errorCode: failure.code, errorMessage: failure.message }),
        requestParameters: lowerCamelCase(given),
        responseElements: failure ? null : (responseElements(operation, given, this.#iam) ?? null),
        requestID: `00000000-0000-4000-b000-${number}`,
        eventID: `00000000-0000-4000-a000-${number}`,
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: this.#iam.account,
        eventCategory: 'Management',
      },
    });
  }

  #identityOf(caller: RequestSigner): object {
    const { account } = this.#iam;
    const arn = arnOfCaller(caller, account);
    const common = { arn, accountId: account, accessKeyId: 'LOCALACCESSKEY' };
    const identity = parseIdentity(arn);
    switch (identity.kind) {
      case 'root':
        return { type: 'Root', principalId: account, ...common };
      case 'federated':
        return { type: 'FederatedUser', principalId: `${account}:${identity.name}`, ...common };
      case 'user': {
        const principalId = this.#iam.find('user', identity.name)?.id ?? 'AIDALOCALOPERATOR';
        return { type: 'IAMUser', principalId, ...common, userName: identity.name };
      }
      case 'role': {
        const role = this.#iam.find('role', identity.name);
        const roleArn = role?.arn ?? `arn:aws:iam::${account}:role${identity.path}${identity.name}`;
        const principalId = role?.id ?? 'AROALOCAL';
        return {
          type: 'AssumedRole',
          principalId: `${principalId}:${identity.session ?? 'session'}`,
          ...common,
          sessionContext: {
            sessionIssuer: {
              type: 'Role',
              principalId,
              arn: roleArn,
              accountId: account,
              userName: identity.name,
            },
            attributes: { creationDate: withoutMilliseconds(this.#iam.now()), mfaAuthenticated: 'false' },
          },
        };
      }
    }
  }
}

type Given = Readonly<Record<string, unknown>>;

/** Only what makes something tells what it made; secrets are left out. */
function responseElements(operation: string, given: Given, iam: IamStore): object | undefined {
  switch (operation) {
    case 'CreateUser':
    case 'CreateRole': {
      const kind = operation === 'CreateUser' ? 'user' : 'role';
      const made = iam.find(kind, String(given[kind === 'user' ? 'UserName' : 'RoleName']));
      if (!made) return undefined;
      const { path, name, id, arn, createdAt } = made;
      return {
        [kind]: { path, [`${kind}Name`]: name, [`${kind}Id`]: id, arn, createDate: trailDate(createdAt) },
      };
    }
    case 'CreateServiceSpecificCredential': {
      const made = iam.credentials.list({ userName: String(given['UserName']) }).at(-1);
      if (!made) return undefined;
      const { id, userName, service, alias, status, createdAt, expiresAt } = made;
      return {
        serviceSpecificCredential: {
          ...{ userName, status, serviceName: service, serviceCredentialAlias: alias },
          serviceSpecificCredentialId: id,
          createDate: trailDate(createdAt),
          ...(expiresAt && { expirationDate: trailDate(expiresAt) }),
        },
      };
    }
    case 'CreatePolicyVersion': {
      const { versions, defaultVersionId } = iam.policy(String(given['PolicyArn']));
      const made = versions.at(-1);
      const isDefaultVersion = made?.id === defaultVersionId;
      return { policyVersion: { versionId: made?.id, isDefaultVersion } };
    }
    default:
      return undefined;
  }
}

function lowerCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      lowerCamelCase(inner),
    ]),
  );
}

const withoutMilliseconds = (date: Date) => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** IAM's dates in CloudTrail are written out: `Nov 22, 2026 12:00:00 PM`. */
const trailDate = (date: Date) =>
  new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: 'UTC', month: 'short', day: 'numeric', year: 'numeric' },
    ...{ hour: 'numeric', minute: '2-digit', second: '2-digit', hour12: true },
  })
    .format(date)
    .replace(/(\d{4}),/, '$1')
    .replace(/\u202f/g, ' ');
