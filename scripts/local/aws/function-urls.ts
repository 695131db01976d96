import type { LocalAssembly, UrlSpec } from '../assembly/local-assembly.ts';
import type { FunctionResult } from '../lambda-function.ts';
import { actorDecision } from './actor-access.ts';
import type { Authorizer } from './authorizer.ts';
import { type AwsResponse, jsonAnswer } from './aws-error.ts';
import { arnOfCaller, type RequestSigner } from './caller.ts';
import { functionUrlEvent } from './function-url-event.ts';
import type { IamStore } from './iam-store.ts';
import type { UrlRequest } from './url-request.ts';

export interface FunctionUrlsDeps {
  readonly assembly: LocalAssembly;
  readonly authorizer: Authorizer;
  readonly iam: IamStore;
  readonly invoke: (functionArn: string, event: unknown) => Promise<FunctionResult>;
  readonly now: () => Date;
}

const root = '/function-url/';
/** A function URL needs both; the second one since October 2025. */
const actions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];
const context = { 'lambda:FunctionUrlAuthType': 'AWS_IAM', 'lambda:InvokedViaFunctionUrl': 'true' };

/** Where the function URL with this id is on the gateway. */
export const localFunctionUrl = (gatewayUrl: string, id: string) => `${gatewayUrl}${root}${id}/`;

export const isFunctionUrlPath = (path: string) => path.startsWith(root);

/** Function URLs with the authorisation AWS_IAM. */
export class FunctionUrls {
  readonly #deps: FunctionUrlsDeps;
  #requests = 0;

  constructor(deps: FunctionUrlsDeps) {
    this.#deps = deps;
  }

  /** @param caller undefined where nobody signed */
  async serve(
    request: UrlRequest,
    caller: RequestSigner | undefined,
    accessKey: string,
  ): Promise<AwsResponse> {
    const [, id = '', rest = '/'] = /^\/function-url\/([^/?]+)(.*)$/.exec(request.path) ?? [];
    const url = this.#deps.assembly.functionUrls.find((each) => each.id === id);
    if (!url) return jsonAnswer({ Message: null }, 404);
    if (!caller || !this.#allows(url, caller)) {
      const troubleshooting = 'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';
      const Message = `Forbidden. For troubleshooting Function URL authorization issues, see: ${troubleshooting}`;
      const refused = jsonAnswer({ Message }, 403);
      return { ...refused, headers: { ...refused.headers, 'x-amzn-errortype': 'AccessDeniedException' } };
    }
    this.#requests += 1;
    const { assembly, iam, invoke, now } = this.#deps;
    const event = functionUrlEvent({
      ...{ request: { ...request, path: rest }, url, accessKey, iam },
      callerArn: arnOfCaller(caller, assembly.place.account),
      place: assembly.place,
      now: now(),
      requestId: `00000000-0000-4000-c000-${String(this.#requests).padStart(12, '0')}`,
    });
    return answerOf(await invoke(url.functionArn, event));
  }

  #allows(url: UrlSpec, caller: RequestSigner): boolean {
    return caller.kind === 'operator' || actions.every((action) => this.#allowsAction(url, caller, action));
  }

  /** Within an account either side may allow it; only a policy on the caller can deny it. */
  #allowsAction(url: UrlSpec, caller: Exclude<RequestSigner, { kind: 'operator' }>, action: string): boolean {
    const { authorizer, iam } = this.#deps;
    const resource = url.functionArn;
    if (caller.kind === 'function') {
      const { name, roleArn } = caller.spec;
      return (
        this.#isPermitted(url, roleArn, action) ||
        authorizer.roleRefusal(name, roleArn, action, resource, context) === undefined
      );
    }
    const { decision } = actorDecision(iam, caller.arn, { action, resource, context });
    return (
      decision === 'allowed' || (decision === 'implicitDeny' && this.#isPermitted(url, caller.arn, action))
    );
  }

  /** An account as principal leaves it to the policies of its users and roles. */
  #isPermitted({ functionArn }: UrlSpec, arn: string, action: string): boolean {
    const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
    return this.#deps.assembly.permissions.some(
      (permission) =>
        permission.functionArn === functionArn &&
        permission.action === action &&
        (permission.urlAuthType ?? 'AWS_IAM') === 'AWS_IAM' &&
        (permission.principal === '*' ||
          permission.principal === arn ||
          (role !== undefined && new RegExp(`:role/(?:.+/)?${role}$`).test(permission.principal))),
    );
  }
}

/** A function may answer a whole HTTP response, or just the body of one. */
function answerOf(result: FunctionResult): AwsResponse {
  if (!result.ok) return jsonAnswer({ Message: 'Internal Server Error' }, 502);
  const { payload } = result;
  const whole = payload as {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
  } | null;
  if (typeof whole !== 'object' || typeof whole?.statusCode !== 'number') return jsonAnswer(payload);
  const { statusCode, headers = {}, body = '', isBase64Encoded = false } = whole;
  return {
    status: statusCode,
    headers: { 'content-type': 'application/json', ...lowerCased(headers) },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

const lowerCased = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
