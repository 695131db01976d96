import { InputError } from '../command-line/input-error.ts';
import { EngineMissingError } from '../local/engine/find-engine.ts';
import { loadLogs } from './logs.ts';
import type { Plan } from './plan.ts';
import { ProgressLine } from './progress-line.ts';
import { report } from './report.ts';
import type { RunResult } from './result.ts';
import { type RunProgress, runPlan } from './run-plan.ts';
import type { RunningStack } from './running-stack.ts';
import { loadScenario } from './scenario.ts';
import { serve } from './serve.ts';
import { startStack } from './start-stack.ts';
import { runStory, storyPlan } from './story/run-story.ts';
import { tellStory } from './story/tell-story.ts';

export interface RunOptions {
  readonly logs?: readonly string[] | undefined;
  readonly scenario?: string | undefined;
  readonly config?: string | undefined;
  /** Seed of the bad days; false means that AWS is at its best. */
  readonly badDays: number | false;
  readonly json: boolean;
  /** Keep the stack up afterwards, for the operator's commands. */
  readonly serve?: boolean;
}

type Run = (
  stack: RunningStack,
  onProgress: (progress: RunProgress) => void,
) => Promise<{ readonly result: RunResult; readonly text: string }>;

/**
 * Runs what the options ask for and prints it. Answers the exit status: 0 done, 1 where the system itself failed (a
 * permission that it lacks, money that does not add up), 2 for wrong usage or input that cannot be read.
 */
export async function runFromCommandLine(options: RunOptions): Promise<0 | 1 | 2> {
  const line = new ProgressLine();
  try {
    const { plan, run } = chosen(options);
    line.show('Starting the local stack …');
    const stack = await startStack(plan, { badDays: options.badDays, onProgress: (text) => line.show(text) });
    try {
      const { result, text } = await run(stack, (progress) => line.show(progressText(progress)));
      line.clear();
      process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : text);
      const status = complain([...result.refusals, ...result.faults]);
      // Standard output has the result alone where a program reads it.
      const say = (words: string) => (options.json ? process.stderr : process.stdout).write(words);
      if (options.serve) await serve(stack, plan, say);
      return status;
    } finally {
      line.clear();
      await stack.stop();
    }
  } catch (error) {
    line.clear();
    if (!(error instanceof InputError || error instanceof EngineMissingError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function chosen({ logs, scenario, config, badDays }: RunOptions): { plan: Omit<Plan, 'steps'>; run: Run } {
  if (logs !== undefined && scenario !== undefined) {
    throw new InputError('--logs and --scenario were both given: choose one of them.');
  }
  if (config !== undefined && logs === undefined) {
    throw new InputError(
      '--config was given without --logs: a scenario has its own config, the story another.',
    );
  }
  if (badDays !== false && !Number.isSafeInteger(badDays)) {
    throw new InputError('--bad-days must be a whole number, from which the bad luck is drawn.');
  }
  if (logs === undefined && scenario === undefined) return { plan: storyPlan, run: runTheStory };
  const plan = scenario === undefined ? loadLogs(logs ?? [], config) : loadScenario(scenario);
  return {
    plan,
    run: async (stack, onProgress) => {
      const result = await runPlan(plan, stack, onProgress);
      return { result, text: report(result) };
    },
  };
}

const runTheStory: Run = async (stack, onProgress) => {
  const story = await runStory(stack, onProgress);
  return { result: story.result, text: tellStory(story) };
};

const progressText = ({ now, linesDelivered, linesInAll }: RunProgress) =>
  `${now.toISOString().slice(0, 16).replace('T', ' ')}  ${linesDelivered} of ${linesInAll} lines`;

function complain(sentences: readonly string[]): 0 | 1 {
  for (const sentence of new Set(sentences)) console.error(sentence);
  return sentences.length > 0 ? 1 : 0;
}
