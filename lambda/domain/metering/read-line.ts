import { type Envelope, readEnvelope } from './envelope.ts';
import { guardrailBlockedInput, guardrailIntervened, guardrailUnits } from './guardrail.ts';
import { type Invocation, invocationFlags, type LineReading } from './invocation.ts';
import { at, type JsonObject, objectIn, textIn } from './json.ts';
import { readLabels } from './labels.ts';
import { servedTier } from './served-tier.ts';
import { usedAnything } from './tokens.ts';
import { readUsage } from './usage.ts';

/** Bedrock writes this plain text first into each new log stream. */
const permissionNotice = /^Permissions are correctly set for Amazon Bedrock logs\b/;
const throttled = /throttl|TooManyRequests/i;
const modelName = /^[\w.:-]{1,200}$/;
/** A router names the model that it chose as a model or a profile, often by ARN. */
const routedName = /^[\w.:/-]{1,300}$/;

/**
 * Reads one line of an invocation log. Never throws, and keeps nothing of a body but counts and a model's name: a
 * reason never quotes the line. Keys are taken from their own places only, so a copy of an envelope key inside a body
 * or the caller's metadata means nothing. A key that stands twice counts where it stands last, as JSON.parse has it: the
 * envelope is AWS's serialiser's, which writes none twice and escapes what callers put into texts. Of the metadata the keys in `labels` are kept, and no others.
 */
export function readLine(line: string, labels: readonly string[] = []): LineReading {
  const text = line.trim();
  if (permissionNotice.test(text)) {
    return { kind: 'ignored', reason: 'notice' };
  }
  const record = objectIn(parse(text));
  if (record === undefined) {
    return {
      kind: 'quarantined',
      reason: 'The line is no JSON object: it is not a record of an invocation.',
    };
  }
  if (isHeartbeat(record)) {
    return { kind: 'ignored', reason: 'control' };
  }
  const envelope = readEnvelope(record);
  if ('defect' in envelope) {
    return { kind: 'quarantined', reason: envelope.defect };
  }
  return classify(envelope, record, readLabels(record, labels));
}

/** CloudWatch Logs sends these to see whether a destination is there; exports of its deliveries hold them as lines. */
const isHeartbeat = (record: JsonObject): boolean =>
  at(record, 'messageType') === 'CONTROL_MESSAGE' && at(record, 'requestId') === undefined;

function classify(envelope: Envelope, record: JsonObject, labels: Invocation['labels']): LineReading {
  const { errorCode, fields } = envelope;
  const responseBody = tellingOf(bodyOf(at(record, 'output', 'outputBodyJson')));
  const failed = errorCode !== undefined;
  // What was asked for is no usage where it was not done.
  const answered =
    failed || guardrailIntervened(responseBody) ? readUsage(record, undefined, responseBody) : undefined;
  const blocked = answered !== undefined && guardrailBlockedInput(responseBody, answered.usage);
  const { usage, flags } =
    answered !== undefined && (failed || blocked)
      ? answered
      : readUsage(record, bodyOf(at(record, 'input', 'inputBodyJson')), responseBody);
  if (failed && !usedAnything(usage)) {
    return { kind: 'ignored', reason: throttled.test(errorCode) ? 'throttled' : 'failed' };
  }
  const tier = servedTier(record, responseBody);
  const units = guardrailUnits(responseBody);
  const invocation: Invocation = {
    ...fields,
    usage,
    guardrailBlockedInput: blocked,
    bodyModel: bodyModel(responseBody),
    ...(tier !== undefined && { tier }),
    ...(units !== undefined && { guardrailUnits: units }),
    ...(labels !== undefined && { labels }),
    flags: [...flags, ...(failed ? [invocationFlags.failedWithUsage] : [])],
  };
  return { kind: 'invocation', invocation };
}

/**
 * Model that answered, as the service names it: the one that a prompt router chose, in whichever event that stands, or
 * that of the response, of a stream's first event, or of the response inside a terminal event.
 */
function bodyModel(responseBody: unknown): string | undefined {
  if (responseBody === undefined) return undefined;
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  const named = (places: readonly (readonly string[])[], shape: RegExp) =>
    events
      .flatMap((event) => places.map((path) => textIn(at(event, ...path))))
      .find((name) => name !== undefined && shape.test(name));
  return named(routerPlaces, routedName) ?? named(modelPlaces, modelName);
}

const routerPlaces = [
  ['trace', 'promptRouter', 'invokedModelId'],
  ['metadata', 'trace', 'promptRouter', 'invokedModelId'],
] as const;
const modelPlaces = [['model'], ['message', 'model'], ['response', 'model']] as const;

/**
 * A stream's events, but of those that bring nothing but a piece of text only the first: most of an answer is such pieces,
 * and each tells what the first one does.
 */
function tellingOf(responseBody: unknown): unknown {
  if (!Array.isArray(responseBody)) return responseBody;
  const first = responseBody.findIndex(bringsTextOnly);
  return responseBody.filter((event, index) => index === first || !bringsTextOnly(event));
}

function bringsTextOnly(event: unknown): boolean {
  const delta = at(event, 'contentBlockDelta', 'delta');
  if (objectIn(delta) === undefined || typeof at(delta, 'text') !== 'string') return false;
  return Object.keys(event as JsonObject).length === 1 && Object.keys(delta as JsonObject).length === 1;
}

/** Some deliveries hold a body as a JSON text. */
function bodyOf(body: unknown): unknown {
  return typeof body === 'string' ? parse(body) : body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
