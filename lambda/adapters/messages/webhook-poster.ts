import { createHmac } from 'node:crypto';
import type { Webhook } from '../../domain/notify/channels.ts';
import { WebhookFailedError, type WebhookPoster } from '../../use-cases/ports/messages.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

const timeoutMs = 5_000;
/** Answers that a right address would not give. */
const wrongAddress = new Set([301, 302, 307, 308, 401, 403, 404, 410]);

/**
 * Posts to webhooks. With a signing key the body is signed, so that the receiver can tell it from a forgery:
 * `x-budgeteer-signature: sha256=` and the HMAC of `<x-budgeteer-timestamp>.<body>`.
 */
export class HttpWebhookPoster implements WebhookPoster {
  readonly #secrets: WebhookSecrets;
  readonly #clock: () => Date;

  constructor(secrets: WebhookSecrets, clock: () => Date) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  async post({ name, secretArn }: Webhook, body: string): Promise<void> {
    const { url, signingKey } = await this.#secrets.addressOf(secretArn);
    const timestamp = String(Math.floor(this.#clock().getTime() / 1000));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'bedrock-budgeteer',
      ...(signingKey !== undefined && {
        'x-budgeteer-timestamp': timestamp,
        'x-budgeteer-signature': `sha256=${createHmac('sha256', signingKey).update(`${timestamp}.${body}`).digest('hex')}`,
      }),
    };
    const status = await statusOf(name, url, { method: 'POST', headers, body });
    if (status >= 200 && status < 300) return;
    if (wrongAddress.has(status)) this.#secrets.forget(secretArn);
    throw new WebhookFailedError(`The webhook ${name} answered ${status}.`);
  }
}

/** The cause stays behind: it may quote the address. */
async function statusOf(name: string, url: URL, request: RequestInit): Promise<number> {
  try {
    // A redirect would send the message to an address that nobody configured.
    const response = await fetch(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const { name: kind, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    const why = kind === 'TimeoutError' ? `no answer in ${timeoutMs / 1000} s` : (cause?.code ?? kind);
    throw new WebhookFailedError(`The webhook ${name} is out of reach: ${why}.`);
  }
}
