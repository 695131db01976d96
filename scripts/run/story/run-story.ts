import { windowIdAt } from '../../../lambda/domain/windows.ts';
import { runConfigSchema } from '../../command-line/read-config.ts';
import { collectResult } from '../collect-result.ts';
import type { InvocationResult, RunResult } from '../result.ts';
import { operate, type RunProgress } from '../run-plan.ts';
import type { RunningStack } from '../running-stack.ts';
import { SpendForecast } from '../spend-forecast.ts';
import { dmitri, raise, storyAccount, storyStageSettings } from './cast.ts';
import { logRecordOf, type StoryCall, storyCalls } from './story-calls.ts';

const period = {
  from: new Date('2026-11-16T00:00:00Z'),
  to: new Date('2026-12-01T00:00:00Z'),
} as const;
/** Long enough after the month's turn for the sweep to have released everyone. */
const monthAfter = new Date('2026-12-01T00:05:00Z');
const dayMs = 86_400_000;

export const storySettings = runConfigSchema.parse(storyStageSettings);
export const storyPlan = {
  now: period.from,
  account: storyAccount,
  region: 'us-east-1',
  settings: storySettings,
  principals: {},
} as const;

/** A call that was not made, because IAM refused it. */
export interface RefusedCall {
  readonly call: StoryCall;
  /** Went to the cheaper model instead. */
  readonly fellBack: boolean;
}

export interface StoryResult {
  readonly result: RunResult;
  readonly refused: readonly RefusedCall[];
}

/**
 * Two weeks in a small account, and the month's turn. Each call is made only if IAM lets it through at that moment, so
 * what is refused is not spent; what is answered arrives by CloudWatch Logs, and once more by S3 at the week's end.
 */
export async function runStory(
  stack: RunningStack,
  onProgress: (progress: RunProgress) => void = () => {},
): Promise<StoryResult> {
  return new Fortnight(stack, onProgress).run();
}

class Fortnight {
  readonly #stack: RunningStack;
  readonly #onProgress: (progress: RunProgress) => void;
  readonly #calls = storyCalls(period.from, period.to);
  readonly #forecast = new SpendForecast(storySettings);
  readonly #invocations: InvocationResult[] = [];
  readonly #refused: RefusedCall[] = [];
  /** The last answer to each caller and model: only a changed one is worth telling. */
  readonly #answers = new Map<string, 'allowed' | 'denied'>();
  /** Answered, and on its way by CloudWatch Logs. */
  #underway: string[] = [];
  /** Delivered by CloudWatch Logs, and not yet by S3. */
  #week: string[] = [];
  #raised = false;

  constructor(stack: RunningStack, onProgress: (progress: RunProgress) => void) {
    this.#stack = stack;
    this.#onProgress = onProgress;
  }

  async run(): Promise<StoryResult> {
    // Bedrock's own first line, and one that a crash cut short.
    await this.#stack.deliver('cloudwatch', [
      'Permissions are correctly set for Amazon Bedrock logs.',
      '{"schemaType":"ModelInvocationLog","timestamp":"2026-11-16T00:0',
    ]);
    let before = period.from;
    for (const [index, call] of this.#calls.entries()) {
      if (turned('day', before, call.at)) await this.#deliver(before);
      if (turned('week', before, call.at)) await this.#deliverWeek();
      await this.#raiseBefore(call.at, before);
      const line = await this.#make(call);
      if (line !== undefined) this.#underway.push(line);
      // What crosses a threshold has to act before the next call.
      if (line !== undefined && this.#forecast.crosses(line)) await this.#deliver(call.at);
      before = call.at;
      this.#onProgress({ now: call.at, linesDelivered: index + 1, linesInAll: this.#calls.length });
    }
    await this.#deliver(before);
    await this.#deliverWeek();
    await this.#stack.advanceTo(monthAfter);
    for (const { call } of this.#refused) await this.#isAllowed(call, call.member.modelId, monthAfter);
    const result = await collectResult(storyPlan, this.#stack, this.#invocations);
    return { result, refused: this.#refused };
  }

  /** The record of the call, if IAM lets it through: to the model that was meant, or to the cheaper one. */
  async #make(call: StoryCall): Promise<string | undefined> {
    const { modelId, fallback } = call.member;
    if (await this.#isAllowed(call, modelId, call.at)) return logRecordOf(call);
    const fellBack = fallback !== undefined && (await this.#isAllowed(call, fallback, call.at));
    this.#refused.push({ call, fellBack });
    if (!fellBack) return undefined;
    // The smaller model gives no longer answer.
    const tokens = { ...call.tokens, output: Math.min(call.tokens.output, 10_000) };
    return logRecordOf({ ...call, tokens }, fallback);
  }

  async #isAllowed({ member }: StoryCall, modelId: string, at: Date): Promise<boolean> {
    const question = { identityArn: member.arn, modelId, region: member.region };
    const answer = await this.#stack.invoke(question);
    const key = `${member.arn} ${modelId}`;
    const before = this.#answers.get(key) ?? 'allowed';
    this.#answers.set(key, answer.decision);
    if (answer.decision !== before) {
      this.#invocations.push({ ...question, ...answer, at: at.toISOString() });
    }
    return answer.decision === 'allowed';
  }

  async #deliver(at: Date): Promise<void> {
    if (this.#underway.length === 0) return;
    await this.#stack.advanceTo(at);
    await this.#stack.deliver('cloudwatch', this.#underway);
    await this.#stack.settle();
    this.#week.push(...this.#underway);
    this.#underway = [];
  }

  /** S3 is the slower, durable way: what it brings was posted already, and counts as duplicates. */
  async #deliverWeek(): Promise<void> {
    await this.#stack.deliver('s3', this.#week);
    await this.#stack.settle();
    this.#week = [];
  }

  /** An operator answers a day after the first refusal. */
  async #raiseBefore(next: Date, before: Date): Promise<void> {
    const first = this.#refused.find(({ call }) => call.member === dmitri);
    const at = first && new Date(first.call.at.getTime() + dayMs);
    if (this.#raised || at === undefined || at > next) return;
    this.#raised = true;
    await this.#deliver(before);
    await this.#stack.advanceTo(at);
    await operate(raise, this.#stack, storySettings);
    await this.#stack.settle();
  }
}

const turned = (kind: 'day' | 'week', before: Date, at: Date): boolean =>
  windowIdAt(kind, before, storySettings.timeZone) !== windowIdAt(kind, at, storySettings.timeZone);
