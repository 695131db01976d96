import { collectResult } from '../collect-result.ts';
import { runConfigSchema } from '../config.ts';
import type { InvocationResult, RunResult } from '../result.ts';
import { operate, type RunProgress } from '../run-plan.ts';
import type { RunningStack } from '../running-stack.ts';
import { deliveriesOf } from '../timeline.ts';
import { account, dmitri, raise, settings } from './cast.ts';
import { type Call, monthOfCalls, recordOf } from './story-calls.ts';

export const month = {
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2026-12-01T00:00:00Z'),
} as const;
/** Long enough after the month's turn for the sweep to have released everyone. */
const monthAfter = new Date('2026-12-01T00:05:00Z');
const dayMs = 86_400_000;

export const storySettings = runConfigSchema.parse(settings);
export const storyPlan = {
  now: month.from,
  account,
  region: 'us-east-1',
  settings: storySettings,
  principals: {},
} as const;

/** A call that was not made, because IAM refused it. */
export interface RefusedCall {
  readonly call: Call;
  /** Went to the cheaper model instead. */
  readonly fellBack: boolean;
}

export interface StoryResult {
  readonly result: RunResult;
  readonly refused: readonly RefusedCall[];
}

/**
 * A month in a small account. Each call is made only if IAM lets it through at that moment, so what is refused is not
 * spent; what is answered arrives by CloudWatch Logs, and once more by S3 at the end of the week.
 */
export async function runStory(
  stack: RunningStack,
  onProgress: (progress: RunProgress) => void = () => {},
): Promise<StoryResult> {
  return new Month(stack, onProgress).run();
}

class Month {
  readonly #stack: RunningStack;
  readonly #onProgress: (progress: RunProgress) => void;
  readonly #invocations: InvocationResult[] = [];
  readonly #refused: RefusedCall[] = [];
  /** The last answer to each caller and model: only a changed one is worth telling. */
  readonly #answers = new Map<string, 'allowed' | 'denied'>();
  /** Delivered by CloudWatch Logs and not yet by S3. */
  #week: string[] = [];
  #raised = false;

  constructor(stack: RunningStack, onProgress: (progress: RunProgress) => void) {
    this.#stack = stack;
    this.#onProgress = onProgress;
  }

  async run(): Promise<StoryResult> {
    const calls = monthOfCalls(month.from, month.to).map((call) => ({
      at: call.at,
      text: recordOf(call),
      call,
    }));
    let delivered = 0;
    let sunday = month.from.getTime() + 7 * dayMs;
    await this.#stack.deliver('cloudwatch', ['Permissions are correctly set for Amazon Bedrock logs.']);
    for (const delivery of deliveriesOf(calls, storySettings)) {
      const first = delivery[0]?.at ?? month.from;
      if (first.getTime() >= sunday) {
        sunday += 7 * dayMs;
        await this.#deliverWeek();
      }
      await this.#maybeRaise(first);
      await this.#stack.advanceTo(first);
      const lines = await this.#make(delivery.map(({ call }) => call));
      await this.#stack.advanceTo(delivery.at(-1)?.at ?? first);
      await this.#stack.deliver('cloudwatch', lines);
      await this.#stack.settle();
      this.#week.push(...lines);
      delivered += delivery.length;
      this.#onProgress({ now: this.#stack.now(), linesDelivered: delivered, linesInAll: calls.length });
    }
    await this.#deliverWeek();
    await this.#stack.advanceTo(monthAfter);
    await this.#stack.settle();
    for (const { call } of this.#refused) await this.#isAllowed(call, call.member.modelId);
    return {
      result: await collectResult(storyPlan, this.#stack, this.#invocations),
      refused: this.#refused,
    };
  }

  /** Records of the calls that IAM lets through, to the model that was meant or to the cheaper one. */
  async #make(calls: readonly Call[]): Promise<string[]> {
    const lines: string[] = [];
    for (const call of calls) {
      const { modelId, fallback } = call.member;
      if (await this.#isAllowed(call, modelId)) {
        lines.push(recordOf(call));
        continue;
      }
      const fellBack = fallback !== undefined && (await this.#isAllowed(call, fallback));
      if (fellBack) lines.push(recordOf(call, fallback));
      this.#refused.push({ call, fellBack });
    }
    return lines;
  }

  async #isAllowed({ member }: Call, modelId: string): Promise<boolean> {
    const question = { identityArn: member.arn, modelId, region: member.region };
    const answer = await this.#stack.invoke(question);
    const key = `${member.arn} ${modelId}`;
    const before = this.#answers.get(key) ?? 'allowed';
    this.#answers.set(key, answer.decision);
    if (answer.decision !== before) {
      this.#invocations.push({ ...question, ...answer, at: this.#stack.now().toISOString() });
    }
    return answer.decision === 'allowed';
  }

  /** S3 is the slower, durable way: what it brings was posted already, and counts as duplicates. */
  async #deliverWeek(): Promise<void> {
    // A line that a crash cut short: kept by pointer, never by content.
    const cut = recordOf(monthOfCalls(month.from, new Date(month.from.getTime() + dayMs))[0] as Call).slice(
      0,
      120,
    );
    const lines = this.#week.length > 0 && !this.#raised ? [...this.#week, cut] : this.#week;
    this.#week = [];
    if (lines.length > 0) await this.#stack.deliver('s3', lines);
    await this.#stack.settle();
  }

  /** An operator answers a day after the first refusal. */
  async #maybeRaise(by: Date): Promise<void> {
    const first = this.#refused.find(({ call }) => call.member === dmitri);
    const at = first && new Date(first.call.at.getTime() + dayMs);
    if (this.#raised || at === undefined || at > by) return;
    this.#raised = true;
    const now = this.#stack.now();
    await this.#stack.advanceTo(at > now ? at : now);
    await operate(raise, this.#stack);
    await this.#stack.settle();
  }
}
