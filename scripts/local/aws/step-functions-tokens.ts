import { StoppedError } from './step-functions-failures.ts';

export type TokenAnswer =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly error: string; readonly cause: string };

interface OpenToken {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The tokens that tasks of one execution wait for. */
export class OpenTokens {
  readonly #executionArn: string;
  readonly #open = new Map<string, OpenToken>();
  #count = 0;

  constructor(executionArn: string) {
    this.#executionArn = executionArn;
  }

  get size(): number {
    return this.#open.size;
  }

  open(): { readonly token: string; readonly answer: Promise<unknown> } {
    this.#count += 1;
    const token = Buffer.from(`${this.#executionArn}#${this.#count}`).toString('base64');
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // The task may still be at its call, or gone, when the answer comes.
    promise.catch(() => {});
    this.#open.set(token, { resolve, reject });
    return { token, answer: promise };
  }

  forget(token: string): void {
    this.#open.delete(token);
  }

  /** @returns false where nothing waits for it */
  answer(token: string, answer: TokenAnswer): boolean {
    const open = this.#open.get(token);
    if (!open) return false;
    this.#open.delete(token);
    if (answer.ok) open.resolve(answer.output);
    else open.reject(Object.assign(new Error(answer.cause), { name: answer.error }));
    return true;
  }

  /** The execution is over. */
  close(): void {
    for (const { reject } of this.#open.values()) reject(new StoppedError());
    this.#open.clear();
  }
}

/** The execution that a token belongs to; undefined for what is no token. */
export function executionOfToken(token: string): string | undefined {
  return /^(arn:.+:execution:.+)#\d+$/.exec(Buffer.from(token, 'base64').toString())?.[1];
}
