import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { WebhookFailedError } from '../../use-cases/ports/messages.ts';
import { TimedMap } from '../runtime/timed-map.ts';

/** Where to post, and what to sign with. Kept out of the environment, the settings and every log. */
export interface WebhookAddress {
  readonly url: URL;
  readonly signingKey: string | undefined;
}

/** A rotated secret is in use by then, and a refused post asks again at once. */
const keptMs = 300_000;

/** Reads webhooks' addresses from Secrets Manager, and keeps them in memory for five minutes. */
export class WebhookSecrets {
  readonly #client: SecretsManagerClient;
  readonly #clock: () => Date;
  readonly #kept = new TimedMap<WebhookAddress | undefined>();

  constructor(clock: () => Date, client = new SecretsManagerClient({ maxAttempts: 4 })) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @throws WebhookFailedError where the secret cannot be read or holds no address; the text never quotes it */
  async addressOf(secretArn: string): Promise<WebhookAddress> {
    const kept = this.#kept.get(secretArn, this.#clock());
    if (kept !== undefined) return kept;
    const address = addressIn(await this.#read(secretArn), secretArn);
    this.#kept.set(secretArn, address, this.#clock(), keptMs);
    return address;
  }

  /** The receiver did not want it: perhaps the address is no longer right. */
  forget(secretArn: string): void {
    this.#kept.set(secretArn, undefined, this.#clock(), 0);
  }

  async #read(SecretId: string): Promise<string> {
    try {
      const { SecretString = '' } = await this.#client.send(new GetSecretValueCommand({ SecretId }));
      return SecretString;
    } catch (error) {
      const { name } = error as Error;
      throw new WebhookFailedError(
        `The secret ${SecretId} cannot be read (${name}): does it exist in this Region?`,
      );
    }
  }
}

function addressIn(secret: string, arn: string): WebhookAddress {
  const { url: text, signingKey } = parts(secret);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))) {
    throw new WebhookFailedError(
      `The secret ${arn} holds no https address: put the URL itself in it, or { "url": "…", "signingKey": "…" }.`,
    );
  }
  return { url, signingKey };
}

/** The bare URL, or JSON; what is neither comes out as an address that is none. */
function parts(secret: string): { readonly url: string; readonly signingKey: string | undefined } {
  try {
    const { url, signingKey } = JSON.parse(secret) as Record<string, unknown>;
    return { url: String(url), signingKey: typeof signingKey === 'string' ? signingKey : undefined };
  } catch {
    return { url: secret.trim(), signingKey: undefined };
  }
}
