import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { actorCredentials } from './aws/caller.ts';
import { operatorCredentials } from './local-clients.ts';

export interface FunctionUrlAnswer {
  readonly status: number;
  /** Parsed where it is JSON, the text otherwise. */
  readonly body: unknown;
}

/** What the signer asks of a hash, and of a keyed one. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {}
}

/**
 * Posts JSON to a function URL of the local stack, signed as this user or role session would sign it.
 * @param callerArn `operator` for the one whom no policy binds
 */
export async function callFunctionUrl(
  url: string,
  callerArn: string,
  body: unknown,
): Promise<FunctionUrlAnswer> {
  const { hostname, port, pathname, protocol } = new URL(url);
  const text = JSON.stringify(body);
  const signer = new SignatureV4({
    service: 'lambda',
    region: 'us-east-1',
    credentials: callerArn === 'operator' ? operatorCredentials : actorCredentials(callerArn),
    sha256: Sha256,
  });
  const signed = await signer.sign({
    ...{ method: 'POST', protocol, hostname, port: Number(port), path: pathname, body: text },
    headers: { host: `${hostname}:${port}`, 'content-type': 'application/json' },
  });
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(url, { method: 'POST', headers, body: text });
  return { status: response.status, body: parsed(await response.text()) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
