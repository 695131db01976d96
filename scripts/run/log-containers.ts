import { gunzipSync } from 'node:zlib';

/**
 * The lines in what CloudWatch Logs gives out: the event of a subscription, what it packs, an export by Firehose of such
 * deliveries, and the answers of `aws logs filter-log-events` and of Logs Insights. Anything else is a line itself, a
 * record above all: what may stand inside its bodies makes none of these of it.
 */
export function linesInside(line: string): readonly string[] {
  if (!mayContain.test(line)) return [line];
  const deliveries = line.split(betweenDeliveries);
  if (deliveries.length > 1) return deliveries.flatMap(linesInside);
  const document = objectIn(parsed(line));
  if (document === undefined || 'requestId' in document) return [line];
  const packed = objectIn(document['awslogs'])?.['data'];
  if (typeof packed === 'string') return unpacked(packed) ?? [line];
  return messagesIn(document) ?? [line];
}

const mayContain = /"(?:awslogs|logEvents|events|results)"\s*:/;

/** Firehose ends no line between what it was given. No text inside a document can look so: its quotes are escaped. */
const betweenDeliveries = /(?<=\})\s*(?=\{"messageType":)/;

function messagesIn(document: Fields): readonly string[] | undefined {
  const { messageType, logEvents, events, results } = document;
  // A heartbeat has no events of anybody's: it is a line, and counted as what it is.
  if (messageType === 'DATA_MESSAGE' && Array.isArray(logEvents)) return logEvents.map(messageOf);
  if (Array.isArray(events) && events.every(isEvent)) return events.map(messageOf);
  const rows = Array.isArray(results) && results.every(Array.isArray) ? (results as unknown[][]) : undefined;
  const messages = rows?.map((row) => row.find((cell) => objectIn(cell)?.['field'] === '@message'));
  return messages === undefined || messages.includes(undefined)
    ? undefined
    : messages.map((cell) => text(objectIn(cell)?.['value']));
}

type Fields = Readonly<Record<string, unknown>>;

const isEvent = (event: unknown): boolean => typeof objectIn(event)?.['message'] === 'string';
const messageOf = (event: unknown): string => text(objectIn(event)?.['message']);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function unpacked(data: string): readonly string[] | undefined {
  try {
    const delivery = gunzipSync(Buffer.from(data, 'base64')).toString();
    return messagesIn(objectIn(JSON.parse(delivery)) ?? {}) ?? [delivery];
  } catch {
    return undefined;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function objectIn(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
