import type { FunctionSpec, LocalAssembly } from './assembly/local-assembly.ts';
import { localFunctionUrl } from './aws/function-urls.ts';
import type { Chaos } from './chaos.ts';
import { addMetrics, emittedMetrics, type MetricSums } from './emitted-metrics.ts';
import { type FunctionResult, LambdaFunction } from './lambda-function.ts';
import type { StackEvents } from './stack-events.ts';

const functionUrls = /https:\/\/(\w+)\.lambda-url\.[a-z0-9-]+\.on\.aws\//g;

/** Lines of output kept per stack, to be shown when something fails. */
const keptLines = 400;

export interface FunctionsOptions {
  readonly assembly: LocalAssembly;
  readonly gatewayUrl: string;
  readonly clock: SharedArrayBuffer;
  readonly events: StackEvents;
  readonly chaos: Chaos;
}

export interface InvokeOptions {
  /** False for deliveries that the imitation repeats by itself: they are no input of the run. @default true */
  readonly counted?: boolean;
  /** `awsRequestId`. @default a new one */
  readonly requestId?: string;
}

/** All functions of the assembly, by ARN. */
export class Functions {
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #byAccessKey = new Map<string, FunctionSpec>();
  readonly #removed = new Set<string>();
  #metrics: MetricSums = {};
  #invocations = 0;
  #lines: string[] = [];

  readonly #chaos: Chaos;

  constructor({ assembly, gatewayUrl, clock, events, chaos }: FunctionsOptions) {
    this.#chaos = chaos;
    const { region, account } = assembly.place;
    for (const [index, spec] of assembly.functions.entries()) {
      const accessKey = `LOCALFUNCTION${String(index).padStart(4, '0')}`;
      const queueUrls = `https://sqs.${region}.amazonaws.com/`;
      const own = Object.entries(spec.environment).map(
        // A queue's URL is also the SQS client's endpoint.
        ([name, value]) =>
          [
            name,
            value
              .replaceAll(queueUrls, `${gatewayUrl}/`)
              .replaceAll(functionUrls, (_, id: string) => localFunctionUrl(gatewayUrl, id)),
          ] as const,
      );
      const environment = {
        AWS_ENDPOINT_URL: gatewayUrl,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: accessKey,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ACCOUNT_ID: account,
        AWS_LAMBDA_FUNCTION_NAME: spec.name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_EC2_METADATA_DISABLED: 'true',
        // The laptop's own profiles must not reach the functions.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        LAMBDA_TASK_ROOT: spec.assetPath,
        TZ: ':UTC',
      };
      const local = { ...spec, environment: Object.fromEntries(own) };
      this.#functions.set(spec.arn, new LambdaFunction(local, { clock, environment }));
      this.#byAccessKey.set(accessKey, spec);
    }
    events.on('resourceStopped', ({ type, arn }) => {
      if (type === 'AWS::Lambda::Function' && arn) this.#remove(arn);
    });
  }

  /** The function that signs with this access key. */
  callerOf(accessKey: string): FunctionSpec | undefined {
    return this.#byAccessKey.get(accessKey);
  }

  has(arn: string): boolean {
    return this.#functions.has(arn);
  }

  /** It is gone, and calls of it fail as in AWS. */
  #remove(arn: string): void {
    this.#removed.add(arn);
    void this.#functions.get(arn)?.stop();
  }

  /** @throws Error for a function that the templates do not define */
  async invoke(
    arn: string,
    event: unknown,
    { counted = true, requestId = crypto.randomUUID() }: InvokeOptions = {},
  ): Promise<FunctionResult> {
    const target = this.#functions.get(arn);
    if (!target) throw new Error(`There is no function ${arn} in the templates.`);
    this.#invocations += 1;
    if (this.#removed.has(arn)) {
      const errorMessage = `Function not found: ${arn}`;
      return { ok: false, error: { errorType: 'ResourceNotFoundException', errorMessage }, output: '' };
    }
    if (this.#chaos.dies?.(target.spec.name)) {
      const errorMessage = 'The function died before it had done anything.';
      return { ok: false, error: { errorType: 'Runtime.ExitError', errorMessage }, output: '' };
    }
    const result = await target.invoke(event, requestId);
    if (counted) {
      const emitted = emittedMetrics(result.output, target.spec.environment['STAGE'] ?? '');
      this.#metrics = addMetrics(this.#metrics, emitted);
    }
    this.#keep(target.spec.name, result);
    return result;
  }

  /** Sums of what the functions emitted, by metric name. */
  get metrics(): MetricSums {
    return this.#metrics;
  }

  /** Goes up with every call of any function. */
  get invocations(): number {
    return this.#invocations;
  }

  /** The latest output of all functions, oldest first. */
  recentLines(): readonly string[] {
    return this.#lines;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#functions.values()].map((each) => each.stop()));
  }

  #keep(name: string, result: FunctionResult): void {
    const lines = result.output.split('\n').filter((line) => line !== '');
    if (!result.ok) lines.push(`${result.error.errorType}: ${result.error.errorMessage}`);
    for (const line of lines) this.#lines.push(`${name}: ${line}`);
    if (this.#lines.length > keptLines) this.#lines = this.#lines.slice(-keptLines);
  }
}
