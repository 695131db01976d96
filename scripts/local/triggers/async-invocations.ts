import type { Activity } from '../activity.ts';
import type { LocalAssembly } from '../assembly/local-assembly.ts';
import type { Authorizer } from '../aws/authorizer.ts';
import type { Functions, InvokeOptions } from '../functions.ts';
import type { MessageSender } from './message-sender.ts';

export interface AsyncInvocationsDeps {
  readonly assembly: LocalAssembly;
  readonly functions: Functions;
  readonly authorizer: Authorizer;
  readonly activity: Activity;
  readonly sender: MessageSender;
  readonly now: () => Date;
}

/** Lambda's own default for functions without a configuration. */
const defaultRetries = 2;

/** Asynchronous invocations: retried at once, then handed to the function's failure destination. */
export class AsyncInvocations {
  readonly #deps: AsyncInvocationsDeps;

  constructor(deps: AsyncInvocationsDeps) {
    this.#deps = deps;
  }

  /**
   * Returns at once; `settle` waits for the end.
   * @param again once it is done, the same event comes a second time, as Lambda says it may
   */
  start(
    functionArn: string,
    payload: unknown,
    options: InvokeOptions & { readonly again?: boolean } = {},
  ): void {
    this.#deps.activity.start(async () => {
      // All attempts, and the copy that AWS sends by mistake, are one request.
      const requestId = crypto.randomUUID();
      await this.#run(functionArn, payload, { ...options, requestId });
      if (options.again) await this.#run(functionArn, payload, { counted: false, requestId });
    });
  }

  async #run(
    functionArn: string,
    payload: unknown,
    options: InvokeOptions & { readonly requestId: string },
  ): Promise<void> {
    const { functions, assembly } = this.#deps;
    const config = assembly.invokeConfigs.find((each) => each.functionArn === functionArn);
    const attempts = 1 + (config?.maximumRetryAttempts ?? defaultRetries);
    let last = await functions.invoke(functionArn, payload, options);
    let made = 1;
    while (!last.ok && made < attempts) {
      last = await functions.invoke(functionArn, payload, options);
      made += 1;
    }
    const destination = last.ok ? config?.onSuccessArn : config?.onFailureArn;
    if (!destination) {
      if (!last.ok) this.#lose(functionArn, last.error.errorMessage);
      return;
    }
    await this.#send(destination, functionArn, {
      version: '1.0',
      timestamp: this.#deps.now().toISOString(),
      requestContext: {
        requestId: options.requestId,
        functionArn: `${functionArn}:$LATEST`,
        condition: last.ok ? 'Success' : 'RetriesExhausted',
        approximateInvokeCount: made,
      },
      requestPayload: payload,
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(!last.ok && { functionError: 'Unhandled' }),
      },
      responsePayload: last.ok ? last.payload : last.error,
    });
  }

  async #send(destination: string, functionArn: string, envelope: object): Promise<void> {
    const { assembly, authorizer, sender, functions } = this.#deps;
    const from = assembly.functions.find(({ arn }) => arn === functionArn);
    const action = destination.includes(':lambda:') ? 'lambda:InvokeFunction' : 'sqs:SendMessage';
    if (!from || authorizer.roleRefusal(`${from.name} (destination)`, from.roleArn, action, destination))
      return;
    if (functions.has(destination)) this.start(destination, envelope);
    else await sender.send(destination, JSON.stringify(envelope));
  }

  /** AWS would drop the event and say nothing but a metric; here the run has failed. */
  #lose(functionArn: string, message: string): void {
    this.#deps.authorizer.refuse(`${functionArn.split(':').at(-1)} lost an asynchronous event: ${message}`);
  }
}
