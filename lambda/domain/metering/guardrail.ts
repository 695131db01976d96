import type { Usage } from './invocation.ts';
import { at, countIn, objectIn } from './json.ts';
import { usedAnything } from './tokens.ts';

/**
 * Whether a guardrail refused the input, so that the model was never asked and nothing is owed for it. A guardrail that
 * refuses or masks the *output* also says "intervened", but then the model has answered, and its counts are real.
 */
export function guardrailBlockedInput(responseBody: unknown, usage: Usage | undefined): boolean {
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  return guardrailIntervened(responseBody) && !events.some(modelAnswered) && !usedAnything(usage);
}

/** Whether a guardrail refused or masked something, of the input or of the answer. */
export const guardrailIntervened = (responseBody: unknown): boolean =>
  Array.isArray(responseBody) ? responseBody.some(intervened) : intervened(responseBody);

function intervened(event: unknown): boolean {
  return (
    at(event, 'amazon-bedrock-guardrailAction') === 'INTERVENED' ||
    at(event, 'stopReason') === 'guardrail_intervened' ||
    at(event, 'messageStop', 'stopReason') === 'guardrail_intervened'
  );
}

/** The trace assesses an output only where there was one. */
function modelAnswered(event: unknown): boolean {
  return tracesIn(event).some((trace) =>
    ['outputs', 'outputAssessments', 'modelOutput'].some((key) => isFilled(at(trace, key))),
  );
}

/** In the answer, or in the event of a stream that ends it. */
const tracesIn = (event: unknown): readonly unknown[] =>
  [
    at(event, 'amazon-bedrock-trace', 'guardrail'),
    at(event, 'trace', 'guardrail'),
    at(event, 'metadata', 'trace', 'guardrail'),
  ].filter((trace) => trace !== undefined);

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

/** A policy's name in a trace: `contentPolicyUnits` counts `contentPolicy`. */
const unitName = /^([a-z][A-Za-z]{1,63})Units$/;
/** More policies than guardrails have; what else a trace may hold is not gone through. */
const mostPolicies = 20;

/**
 * What guardrails assessed, by policy, where the response's trace tells: of the input, and of each answer. AWS bills it
 * beside the model, also for an input that was refused. Undefined where the caller asked for no trace.
 */
export function guardrailUnits(responseBody: unknown): Readonly<Record<string, number>> | undefined {
  if (responseBody === undefined) return undefined;
  const units = new Map<string, number>();
  for (const event of Array.isArray(responseBody) ? responseBody : [responseBody]) {
    for (const assessment of assessmentsIn(event)) {
      const usage = objectIn(at(assessment, 'invocationMetrics', 'usage')) ?? {};
      for (const [key, value] of Object.entries(usage).slice(0, mostPolicies)) {
        const [, policy] = unitName.exec(key) ?? [];
        const count = countIn(value) ?? 0;
        if (policy !== undefined && count > 0) units.set(policy, (units.get(policy) ?? 0) + count);
      }
    }
  }
  return units.size === 0 ? undefined : Object.fromEntries(units);
}

/** Assessments stand by guardrail: one of the input, and a list of those of the answers (in Converse, by guardrail). */
function assessmentsIn(event: unknown): readonly unknown[] {
  return tracesIn(event).flatMap((trace) => {
    const inputs = [at(trace, 'input'), at(trace, 'inputAssessment')];
    const outputs = [at(trace, 'outputs'), at(trace, 'outputAssessments')];
    return [...inputs, ...outputs.flatMap((output) => (Array.isArray(output) ? output : [output]))].flatMap(
      (byGuardrail) => Object.values(objectIn(byGuardrail) ?? {}).flat(),
    );
  });
}
