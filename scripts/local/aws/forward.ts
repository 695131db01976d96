import { Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AwsResponse } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

const dropped = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'host',
  'keep-alive',
  'expect',
]);

/** Passes requests on to another local server over connections that stay open. */
export class Forwarder {
  readonly #endpoint: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(endpoint: string) {
    this.#endpoint = new URL(endpoint);
  }

  /** @param body replaces the request's own */
  send(
    request: AwsRequest,
    changes: { readonly body?: Buffer; readonly headers?: OutgoingHttpHeaders } = {},
  ): Promise<AwsResponse> {
    const body = changes.body ?? request.raw;
    const headers: OutgoingHttpHeaders = {
      ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name))),
      host: this.#endpoint.host,
      'content-length': body.length,
      ...changes.headers,
    };
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#endpoint;
      const { method, path } = request;
      const outgoing = httpRequest(
        { agent: this.#agent, hostname, port, method, path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            // A HEAD has no body of its own: the length that it tells is the object's.
            const told = (name: string) =>
              !dropped.has(name) || (name === 'content-length' && method === 'HEAD');
            const answered = Object.entries(response.headers).filter(([name]) => told(name));
            resolve({
              status: response.statusCode ?? 500,
              headers: Object.fromEntries(answered.map(([name, value]) => [name, String(value)])),
              body: Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  stop(): void {
    this.#agent.destroy();
  }
}
