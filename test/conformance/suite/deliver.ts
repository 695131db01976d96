import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Case, Delivery, DeliveryForm } from './case.ts';

export interface DeliveredFile {
  /** Below the case's folder. */
  readonly path: string;
  readonly bytes: Buffer;
  /** What Bedrock put beside a record: no record itself. */
  readonly sidecar: boolean;
}

/** The files in which a case's records arrive, byte for byte. */
export function deliver({ records, deliveries }: Case): readonly DeliveredFile[] {
  return deliveries.map((delivery, index) => ({
    path: delivery.path ?? `${index + 1}-${delivery.as}${suffixOf(delivery.as)}`,
    bytes: bytesOf(
      delivery,
      delivery.records.map((place) => records[place]),
    ),
    sidecar: delivery.as === 'sidecar',
  }));
}

/** Writes a case's files below a folder. @returns their paths, those beside records left out */
export function writeFiles(one: Case, folder: string): readonly string[] {
  return deliver(one).flatMap(({ path, bytes, sidecar }) => {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, bytes);
    return sidecar ? [] : [whole];
  });
}

/** What a command is given on its standard input: the files one after the other. */
export const inputOf = (one: Case): Buffer =>
  Buffer.concat(deliver(one).flatMap(({ bytes, sidecar }) => (sidecar ? [] : [bytes])));

const suffixOf = (form: DeliveryForm): string =>
  ['gzip', 'firehose', 'sidecar'].includes(form) ? '.json.gz' : /^lines/.test(form) ? '.jsonl' : '.json';

const lineOf = (record: unknown): string => (typeof record === 'string' ? record : JSON.stringify(record));

function bytesOf({ as }: Delivery, records: readonly unknown[]): Buffer {
  const lines = records.map(lineOf);
  const text = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
  switch (as) {
    case 'lines':
      return Buffer.from(lines.map((line) => `${line}\n`).join(''));
    case 'lines-crlf':
      return Buffer.from(`\uFEFF${lines.map((line) => `${line}\r\n\r\n`).join('')}`);
    case 'gzip':
    case 'sidecar':
      return gzipSync(lines.map((line) => `${line}\n`).join(''));
    case 'array':
      return Buffer.from(JSON.stringify(records));
    case 'pretty':
      return Buffer.from(`${JSON.stringify(records.length === 1 ? records[0] : records, undefined, 2)}\n`);
    case 'subscription-message':
      return text(messageOf(lines));
    case 'firehose':
      return gzipSync(lines.map((line) => JSON.stringify(messageOf([line]))).join(''));
    case 'subscription-event':
      return text({
        awslogs: { data: gzipSync(JSON.stringify(messageOf(lines))).toString('base64') },
      });
    case 'filter-log-events':
      return text({ events: eventsOf(lines), searchedLogStreams: [] });
    case 'insights':
      return text({
        status: 'Complete',
        results: lines.map((line) => [
          { field: '@timestamp', value: '2026-11-15 10:00:00.000' },
          { field: '@message', value: line },
        ]),
      });
  }
}

const eventsOf = (lines: readonly string[]) =>
  lines.map((message, index) => ({
    id: String(index + 1).padStart(56, '3'),
    timestamp: 1794736800000,
    message,
  }));

const messageOf = (lines: readonly string[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: '/aws/bedrock/invocations',
  logStream: 'aws/bedrock/modelinvocations',
  subscriptionFilters: ['all'],
  logEvents: eventsOf(lines),
});
