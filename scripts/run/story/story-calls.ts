import { createHash } from 'node:crypto';
import { assertNever } from '../../../lambda/domain/assert-never.ts';
import { chaosRandom } from '../../local/chaos.ts';
import { agent, cast, loop, type Member, storyAccount } from './cast.ts';

/** A call that someone is about to make. */
export interface StoryCall {
  readonly at: Date;
  readonly member: Member;
  readonly outcome: 'answered' | 'throttled' | 'blocked';
  readonly tokens: { readonly input: number; readonly output: number; readonly cacheRead: number };
}

const dayMs = 86_400_000;
const seed = 20_261_101;

/** A guardrail's own words are in every log; of the prompt there is none. */
const blockedBody = {
  'amazon-bedrock-guardrailAction': 'INTERVENED',
  'amazon-bedrock-trace': { guardrail: { actionReason: 'Guardrail blocked.' } },
};

/** All calls of that time, in their order; the same ones on every machine. */
export function storyCalls(from: Date, to: Date): StoryCall[] {
  const random = chaosRandom(seed);
  const calls: StoryCall[] = [];
  for (let day = from.getTime(); day < to.getTime(); day += dayMs) {
    const weekend = [0, 6].includes(new Date(day).getUTCDay());
    for (const member of cast) {
      if (weekend && !member.machine) continue;
      const [first, hours] = member.machine ? [0, 24] : [8, 9];
      for (let n = 0; n < member.callsADay; n++) {
        const at = new Date(day + Math.floor((first + random() * hours) * 3_600_000));
        calls.push(callOf(member, at, member.tokens, random));
      }
    }
  }
  for (let n = 0; n < loop.calls; n++) {
    const at = new Date(loop.from.getTime() + n * loop.everySeconds * 1000);
    calls.push(callOf(agent, at, loop.tokens, random));
  }
  return calls.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function callOf(member: Member, at: Date, usual: Member['tokens'], random: () => number): StoryCall {
  const about = (tokens: number) => Math.round(tokens * (2 / 3 + (random() * 2) / 3));
  const tokens = {
    input: about(usual.input),
    output: about(usual.output),
    cacheRead: about(usual.cacheRead ?? 0),
  };
  const luck = random();
  const { throttled = 0, blocked = 0 } = member;
  const outcome = luck < throttled ? 'throttled' : luck < throttled + blocked ? 'blocked' : 'answered';
  return { at, member, outcome, tokens };
}

/** What Bedrock logs of a call: envelope and counts, no text, because its delivery is off. */
export function logRecordOf({ at, member, outcome, tokens }: StoryCall, modelId = member.modelId): string {
  const timestamp = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const hash = createHash('sha256')
    .update(`${at.getTime()} ${member.arn} ${modelId} ${tokens.input}`)
    .digest('hex');
  const requestId = hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const envelope = {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp,
    accountId: storyAccount,
    identity: { arn: member.arn },
    region: member.region,
    requestId,
    operation: 'Converse',
    modelId,
  };
  switch (outcome) {
    case 'throttled':
      return JSON.stringify({ ...envelope, errorCode: 'ThrottlingException' });
    case 'blocked':
      return JSON.stringify({
        ...envelope,
        operation: 'InvokeModel',
        input: { inputContentType: 'application/json' },
        output: { outputContentType: 'application/json', outputBodyJson: blockedBody },
      });
    case 'answered':
      return JSON.stringify({
        ...envelope,
        input: {
          inputContentType: 'application/json',
          inputTokenCount: tokens.input,
          cacheReadInputTokenCount: tokens.cacheRead,
          cacheWriteInputTokenCount: 0,
        },
        output: { outputContentType: 'application/json', outputTokenCount: tokens.output },
      });
    default:
      return assertNever(outcome);
  }
}
