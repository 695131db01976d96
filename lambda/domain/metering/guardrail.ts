import type { Usage } from './invocation.ts';
import { at } from './json.ts';
import { usedAnything } from './tokens.ts';

/**
 * Whether a guardrail refused the input, so that the model was never asked and nothing is owed for it. A guardrail that
 * refuses or masks the *output* also says "intervened", but then the model has answered, and its counts are real.
 */
export function guardrailBlockedInput(responseBody: unknown, usage: Usage | undefined): boolean {
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  return events.some(intervened) && !events.some(modelAnswered) && !usedAnything(usage);
}

function intervened(event: unknown): boolean {
  return (
    at(event, 'amazon-bedrock-guardrailAction') === 'INTERVENED' ||
    at(event, 'stopReason') === 'guardrail_intervened'
  );
}

/** The trace assesses an output only where there was one. */
function modelAnswered(event: unknown): boolean {
  const traces = [at(event, 'amazon-bedrock-trace', 'guardrail'), at(event, 'trace', 'guardrail')];
  return traces.some((trace) =>
    ['outputs', 'outputAssessments', 'modelOutput'].some((key) => isFilled(at(trace, key))),
  );
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}
