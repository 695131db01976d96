import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FunctionSpec } from '../assembly/local-assembly.ts';
import type { Chaos, Fault } from '../chaos.ts';
import { operatorCredentials } from '../local-clients.ts';
import { actorRefusal } from './actor-access.ts';
import type { Authorizer } from './authorizer.ts';
import { type AwsResponse, errorAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import { actorOfKey, type RequestSigner } from './caller.ts';
import { faultAnswer } from './fault-answer.ts';
import { isFunctionUrlPath } from './function-urls.ts';
import type { IamStore } from './iam-store.ts';
import { parseRequest, UnknownRequestError } from './parse-request.ts';
import type { UrlRequest } from './url-request.ts';

/** One call as it is remembered. */
export interface RecordedCall {
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly at: Date;
  readonly outcome: 'done' | 'refused' | Fault;
}

export interface GatewayDeps {
  readonly account: string;
  readonly chaos: Chaos;
  readonly now: () => Date;
  /** The function that signs with this access key; whoever else calls is the operator at the laptop. */
  readonly callerOf: (accessKey: string) => FunctionSpec | undefined;
  readonly authorizer: Authorizer;
  /** Whose policies bind people who are no function. */
  readonly iam?: IamStore;
  /** Does what the call asks. */
  readonly serve: (request: AwsRequest, caller: RequestSigner) => Promise<AwsResponse>;
  /** A call of a function URL. @param caller undefined where nobody signed */
  readonly callUrl?: (
    request: UrlRequest,
    caller: RequestSigner | undefined,
    accessKey: string,
  ) => Promise<AwsResponse>;
  /** Somebody of the account asked for what IAM does not allow. */
  readonly refused?: (request: AwsRequest, caller: RequestSigner, message: string) => void;
}

/** `unavailable`: the service says so. `cut`: the answer breaks off in the middle. */
export type Breakage = 'unavailable' | 'cut';

const rememberedCalls = 20_000;

export interface OpenPort {
  readonly server: Server;
  readonly url: string;
}

/** A port of the gateway's: functions are started with its URL, and the gateway serves it once they are there. */
export async function openPort(): Promise<OpenPort> {
  const server = createServer({ keepAliveTimeout: 60_000 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The one endpoint that every SDK client of the local stack talks to: records, authorises, disturbs, forwards. */
export class Gateway {
  readonly url: string;
  readonly calls: RecordedCall[] = [];
  readonly #server: Server;
  readonly #deps: GatewayDeps;
  readonly #problems: Error[] = [];
  readonly #broken = new Map<string, { readonly how: Breakage; left: number }>();

  constructor({ server, url }: OpenPort, deps: GatewayDeps) {
    this.#server = server;
    this.#deps = deps;
    this.url = url;
    server.on('request', (request, response) => void this.#handle(request, response));
  }

  /** Requests that the gateway could not understand or serve: gaps of the imitation, never AWS's answers. */
  problems(): readonly Error[] {
    return this.#problems;
  }

  /** The next calls of this operation, repeats included, fail. */
  breakCalls(operation: string, how: Breakage, times: number): void {
    this.#broken.set(operation, { how, left: times });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let request: AwsRequest | undefined;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = 'GET', url: path = '/', headers } = incoming;
      const parts = { method, path, headers, raw: Buffer.concat(chunks) };
      const { callUrl } = this.#deps;
      if (callUrl && isFunctionUrlPath(path)) {
        const accessKey = accessKeyIn(headers);
        const caller = accessKey === '' ? undefined : this.#callerOf(accessKey);
        send(response, await callUrl(parts, caller, accessKey));
        return;
      }
      request = parseRequest(parts);
      await this.#answer(request, response);
    } catch (error) {
      // An operator's command may ask for more than this machine can tell; it hears so, and the stack goes on.
      if (!isOperator(incoming.headers)) this.#problems.push(error as Error);
      const status = error instanceof UnknownRequestError ? 400 : 500;
      const failure = { code: 'InternalFailure', message: String(error), status };
      send(response, errorAnswer(request?.protocol ?? 'json', failure));
    }
  }

  async #answer(request: AwsRequest, response: ServerResponse): Promise<void> {
    const { account, chaos, authorizer, serve } = this.#deps;
    const who = this.#callerOf(request.accessKey);
    if (who.kind === 'operator') {
      send(response, await serve(request, who));
      return;
    }
    if (who.kind === 'actor') {
      await this.#answerActor(request, who, response);
      return;
    }
    const caller = who.spec;
    const { service, operation, body, region } = request;
    const call = { service, operation, body, region, account };
    const refusal = authorizer.refusalOf(caller.name, caller.roleArn, call);
    if (refusal) {
      this.#record(caller, request, 'refused');
      send(response, accessDenied(request, refusal));
      return;
    }
    const fault = chaos.faultFor(caller.name, request);
    this.#record(caller, request, fault ?? 'done');
    if (fault && fault !== 'lost-response') {
      send(response, faultAnswer(fault, request));
      return;
    }
    const broken = this.#broken.get(operation);
    if (broken && broken.left > 0) {
      broken.left -= 1;
      await this.#break(broken.how, request, who, response);
      return;
    }
    const answer = await serve(request, who);
    // The work is done, its answer is lost on the way: the client cannot tell this from work not done.
    if (fault) response.destroy();
    else send(response, answer);
  }

  /** Someone of the account: bound by policies, but no part of the system, so a refusal is no fault of it. */
  async #answerActor(
    request: AwsRequest,
    caller: Extract<RequestSigner, { kind: 'actor' }>,
    response: ServerResponse,
  ): Promise<void> {
    const { account, authorizer, iam, refused, serve } = this.#deps;
    const { service, operation, body, region } = request;
    const needed = authorizer.permissionsFor({ service, operation, body, region, account });
    const refusal = iam && actorRefusal(iam, caller.arn, needed);
    if (refusal) refused?.(request, caller, refusal);
    send(response, refusal ? accessDenied(request, refusal) : await serve(request, caller));
  }

  #callerOf(accessKey: string): RequestSigner {
    const spec = this.#deps.callerOf(accessKey);
    if (spec) return { kind: 'function', spec };
    const arn = actorOfKey(accessKey);
    return arn === undefined ? { kind: 'operator' } : { kind: 'actor', arn };
  }

  async #break(
    how: Breakage,
    request: AwsRequest,
    who: RequestSigner,
    response: ServerResponse,
  ): Promise<void> {
    if (how === 'unavailable') {
      const failure = { code: 'ServiceUnavailable', message: 'Try again.', status: 503 };
      send(response, errorAnswer(request.protocol, failure));
      return;
    }
    const { status, headers, body } = await this.#deps.serve(request, who);
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.write(body.slice(0, body.length / 2), () => response.destroy());
  }

  #record(caller: FunctionSpec, { service, operation }: AwsRequest, outcome: RecordedCall['outcome']): void {
    this.calls.push({ caller: caller.name, service, operation, at: this.#deps.now(), outcome });
    if (this.calls.length > rememberedCalls) this.calls.shift();
  }
}

const accessKeyIn = ({ authorization = '' }: IncomingMessage['headers']) =>
  /Credential=([^/]+)\//.exec(authorization)?.[1] ?? '';

const isOperator = (headers: IncomingMessage['headers']) =>
  accessKeyIn(headers) === operatorCredentials.accessKeyId;

function accessDenied({ protocol }: AwsRequest, message: string): AwsResponse {
  const code = protocol === 'query' || protocol === 'rest-xml' ? 'AccessDenied' : 'AccessDeniedException';
  return errorAnswer(protocol, { code, message, status: protocol === 'json' ? 400 : 403 });
}

function send(response: ServerResponse, { status, headers, body }: AwsResponse): void {
  response.writeHead(status, { 'x-amzn-requestid': 'local', ...headers });
  response.end(body);
}
