import { stages } from '../../../lib/stages.ts';
import { declaredDeployment } from '../../../scripts/budgeteer/deployment/choose-deployment.ts';

/** Tests that need more than credentials name the variable that asks for them: unasked they are skipped. */
export const onlyWith = (variable: string) => (process.env[variable] ? describe : describe.skip);

export const stageUnderTest = () =>
  declaredDeployment({ stage: process.env['BUDGETEER_LIVE_STAGE'] }, process.env, stages);

export const waitFor = (seconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, seconds * 1_000);
  });

/**
 * Asks once a second until the answer is the expected one.
 * @returns after how many seconds it was
 * @throws Error where it never is
 */
export async function secondsUntil<T>(expected: T, ask: () => Promise<T>, atMost: number): Promise<number> {
  const started = Date.now();
  for (;;) {
    const answer = await ask();
    const seconds = (Date.now() - started) / 1_000;
    if (answer === expected) return seconds;
    if (seconds > atMost) {
      throw new Error(`After ${atMost} s it still is ${String(answer)}, not ${String(expected)}.`);
    }
    await waitFor(1);
  }
}
