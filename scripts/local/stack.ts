import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../lambda/adapters/dynamodb/client.ts';
import type { StageConfigInput } from '../../lib/config.ts';
import type { LocalAssembly, ResourceSpec } from './assembly/local-assembly.ts';
import { type BedrockCall, type BedrockDecision, decideBedrockCall } from './aws/bedrock-call.ts';
import type { LocalBatchJobs } from './aws/bedrock-jobs.ts';
import type { Breakage, RecordedCall } from './aws/gateway.ts';
import { type LocalExecution, localExecution } from './local-execution.ts';
import { ensureCallers } from './local-principals.ts';
import { type LocalTables, tablesOf } from './local-tables.ts';
import { type OpenStack, openStack } from './open-stack.ts';
import { People } from './people.ts';
import { fauxqsQueueDepths } from './queue-depths.ts';
import type { BusEvent } from './stack-events.ts';
import type { LocalStackOptions } from './stack-options.ts';
import type { StackParts } from './stack-parts.ts';
import { roleOfName, synthesizeStage } from './synthesized-stage.ts';
import { onUsageBus, payersOf, type UsageReport } from './usage-reports.ts';

export type { LocalStackOptions } from './stack-options.ts';

/** Who wrote lines, and what Bedrock keeps of them. */
export interface DeliveryOptions {
  /** Somebody else than Bedrock wrote them: AWS counted no call, and S3 has no copy. @default false */
  readonly forged?: boolean | undefined;
  /** `late`: Bedrock's object comes with a later delivery by S3. @default 'kept' */
  readonly copy?: 'kept' | 'late' | undefined;
  /** Log stream that they stand in. @default Bedrock's own */
  readonly stream?: string | undefined;
}

/** An IAM change shows after so many reads at the latest. */
const longestIamDelay = 3;

/** The product, from its synthesized templates, on this machine. */
export class LocalStack {
  readonly client: DynamoDBDocumentClient;
  readonly tables: LocalTables;
  readonly assembly: LocalAssembly;
  /** Of the endpoint that stands in for all of AWS. */
  readonly url: string;
  /** Those who operate the system, or meddle with it. */
  readonly people: People;
  /** Bedrock's batch jobs. */
  readonly jobs: LocalBatchJobs;
  readonly #parts: StackParts;
  readonly #profiles: Readonly<Record<string, string>>;
  readonly #options: LocalStackOptions;
  readonly #stop: () => Promise<void>;

  private constructor({ parts, stage, stop }: OpenStack, options: LocalStackOptions) {
    this.#parts = parts;
    this.#profiles = { ...options.profiles, ...stage.profiles };
    this.#options = options;
    this.#stop = stop;
    this.assembly = stage.assembly;
    this.url = parts.gateway.url;
    this.client = documentClient(parts.clients.operator);
    this.tables = tablesOf(stage.assembly);
    const { iam, gateway } = parts;
    this.people = new People({ assembly: stage.assembly, iam, gatewayUrl: gateway.url });
    this.jobs = parts.jobs;
  }

  /** @throws EngineMissingError, EngineError, UnsupportedTemplateError, StageConfigError, DeploymentFailedError */
  static async start(options: LocalStackOptions): Promise<LocalStack> {
    return new LocalStack(await openStack(options), options);
  }

  now(): Date {
    return this.#parts.clock.now();
  }

  /**
   * Lines of the invocation log come in, as they are; `settle` waits until they are metered.
   * @returns whether Bedrock logs that way: where it does not, nobody gets them
   */
  async deliver(
    via: 'cloudwatch' | 's3',
    lines: readonly string[],
    { forged = false, copy = 'kept', stream }: DeliveryOptions = {},
  ): Promise<boolean> {
    ensureCallers(this.#parts.iam, lines);
    if (lines.length === 0) return true;
    if (!forged && this.#options.proofs !== false) await this.#parts.witness.see(lines, { via, copy });
    if (via === 'cloudwatch') return this.#parts.logs.deliver(lines, stream);
    // The bucket's policy lets nobody but Bedrock write.
    return forged ? false : this.#parts.objects.deliver(lines);
  }

  /** A log object comes in as it is. @param folder below the hour's */
  putLogObject(body: Buffer, folder?: string): Promise<boolean> {
    return this.#parts.objects.put(body, folder);
  }

  /** What CloudWatch Logs packed comes in as it is. */
  deliverPacked(data: string): void {
    this.#parts.logs.deliverPacked(data);
  }

  /** Applications report usage on the stage's bus; whom they name as payers exists in IAM. */
  async report(reports: readonly UsageReport[]): Promise<void> {
    ensureCallers(this.#parts.iam, payersOf(reports, this.assembly.place.account));
    for (const report of reports) this.putEvent(onUsageBus(report, this.#options.stage));
  }

  /** Someone puts a secret into Secrets Manager. */
  putSecret(arn: string, value: string): void {
    this.#parts.services.secrets.set(arn, value);
  }

  /** An AWS service or an application puts an event. */
  putEvent(event: BusEvent): void {
    this.#parts.events.emit('eventPut', event);
  }

  /** The next calls of this operation fail, however often the caller tries them. */
  breakCalls(operation: string, how: Breakage, times: number): void {
    this.#parts.gateway.breakCalls(operation, how, times);
  }

  /** What the deployment's own resources told CloudFormation, oldest first. */
  deploymentSentences(): readonly string[] {
    return this.#parts.deployment.sentences;
  }

  /**
   * Deploys the stage again with another share in the account's logging.
   * @param edit what a newer version of the product has in its templates
   * @throws DeploymentFailedError
   */
  async update(
    logging: StageConfigInput['logging'],
    edit: (resource: ResourceSpec) => ResourceSpec = (resource) => resource,
  ): Promise<void> {
    const { settings, stage } = this.#options;
    const next = await synthesizeStage(settings, this.assembly.place, { ...(stage && { stage }), logging });
    try {
      const { assembly } = next;
      await this.#parts.deployment.update({ ...assembly, resources: assembly.resources.map(edit) });
    } finally {
      next.dispose();
    }
  }

  /**
   * Deletes the stacks; after a failure it can be done again.
   * @param lostAnswers so many times CloudFormation does not take an answer
   * @throws DeploymentFailedError
   */
  async remove({ lostAnswers = 0 } = {}): Promise<void> {
    this.#parts.sink.refusing = lostAnswers;
    await this.#parts.deployment.remove();
  }

  /**
   * Resolves when no log delivery, queue message, stream record, asynchronous invocation or workflow step is pending.
   * @throws Error where the imitation itself failed; what AWS would refuse is in `refusals`
   */
  async settle(): Promise<void> {
    const { activity, functions, iam, jobs, stepFunctions, triggers } = this.#parts;
    for (let before = -1; before !== functions.invocations || activity.busy; ) {
      before = functions.invocations;
      await activity.idle();
      await stepFunctions.idle();
      // Whatever woke nobody is found here, so that being at rest does not hang on every wake.
      triggers.triggerAll();
      await activity.idle();
    }
    for (let tick = 0; tick < longestIamDelay; tick += 1) iam.tick();
    jobs.tick();
    this.#throwProblems();
  }

  /** Moves the clock; timers, waits and schedules due by then fire in order. */
  async advanceTo(to: Date): Promise<void> {
    const { clock, schedules } = this.#parts;
    await this.settle();
    await schedules.plan(to);
    await clock.advanceTo(to, async () => {
      await this.settle();
      await schedules.plan(to);
    });
  }

  /** Would this call be let through, under the policies in force now? */
  async invoke(call: BedrockCall): Promise<BedrockDecision> {
    return decideBedrockCall(this.#parts.iam, call, this.#profiles);
  }

  async executions(): Promise<readonly LocalExecution[]> {
    const all = this.#parts.stepFunctions.list();
    return all.map((each) => localExecution(each, this.#roleOf(each.stateMachine)));
  }

  /** Whether the templates have this workflow. */
  hasWorkflow(stateMachine: string): boolean {
    return this.assembly.stateMachines.some((each) => this.#roleOf(each.name) === stateMachine);
  }

  /** Starts a workflow as an operator would. @returns the execution's ARN */
  startExecution(stateMachine: string, input: unknown, name?: string): string {
    const machine = this.assembly.stateMachines.find((each) => this.#roleOf(each.name) === stateMachine);
    if (!machine) throw new Error(`There is no state machine ${stateMachine} in the templates.`);
    return this.#parts.stepFunctions.startExecution(machine.arn, name, JSON.stringify(input)).executionArn;
  }

  /** Sums of what the functions emitted, by metric name. */
  metrics(): Readonly<Record<string, number>> {
    return this.#parts.functions.metrics;
  }

  async messages(): Promise<
    readonly {
      readonly topic: string;
      readonly subject: string;
      readonly body: string;
      readonly attributes: Readonly<Record<string, string>>;
    }[]
  > {
    return this.#parts.services.published.map(({ topicArn, subject = '', message, attributes }) => ({
      topic: this.#roleOf(topicArn),
      subject,
      body: message,
      attributes,
    }));
  }

  /** Messages in each queue: what a dead-letter queue holds was given up. */
  queueDepths(): Promise<Readonly<Record<string, number>>> {
    return fauxqsQueueDepths(this.#parts.clients.queues, this.assembly.queues, (name) => this.#roleOf(name));
  }

  /** One sentence for each thing that IAM would not allow, or that a function gave up. */
  refusals(): readonly string[] {
    return this.#parts.authorizer.refusals();
  }

  /** What the functions asked of AWS, oldest first. */
  calls(): readonly RecordedCall[] {
    return this.#parts.gateway.calls;
  }

  /** The latest output of the functions. */
  recentLines(): readonly string[] {
    return this.#parts.functions.recentLines();
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #roleOf(physicalName: string): string {
    return roleOfName(physicalName, this.#options.stage);
  }

  #throwProblems(): void {
    const [problem] = this.#parts.gateway.problems();
    if (problem)
      throw new Error(`The local AWS could not serve a call: ${problem.message}`, { cause: problem });
  }
}
