import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { linesInside } from './log-containers.ts';
import { InputError } from './plan.ts';

/**
 * The lines of a log file, as they stand in it; gunzipped where its first bytes say gzip, because suffixes lie. A file
 * that is one JSON document instead (an array of records, or a record written over several lines) gives a line a record,
 * and what CloudWatch Logs has packed is unpacked.
 * @throws InputError where the file cannot be read at all
 */
export function readLines(path: string): string[] {
  const bytes = readBytes(path);
  const lines = linesOf(bytes);
  const [first = ''] = lines;
  const document = lines.length > 1 || /^\s*\[/.test(first) ? wholeDocument(bytes, first) : undefined;
  const records = Array.isArray(document) ? document.map(lineOf) : undefined;
  const one = document === undefined ? lines : [lineOf(document)];
  return (records ?? one).flatMap(linesInside);
}

/** A record as a log has it; what is given as text is a line already, and may be a bad one. */
export const lineOf = (record: unknown): string =>
  typeof record === 'string' ? record : JSON.stringify(record);

const newline = 0x0a;
/** No text of this engine is longer. */
const longestDocument = 2 ** 28;

/** Cut in bytes: a long log makes no single text. */
function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.toString('utf8', start, end).replace(/\r$/, '');
    if (line.trim() !== '') lines.push(start === 0 ? line.replace(/^\uFEFF/, '') : line);
    start = end + 1;
  }
  return lines;
}

/** A file whose first line is a document of its own is none as a whole, which is so of every log. */
function wholeDocument(bytes: Buffer, first: string): unknown {
  if (bytes.length > longestDocument || (/^\s*\{/.test(first) && parsed(first) !== undefined))
    return undefined;
  return parsed(bytes.toString('utf8').replace(/^\uFEFF/, ''));
}

function readBytes(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw new InputError(
      `The file ${path} cannot be read (${(error as Error).message}): give a .json, .jsonl or gzipped log file.`,
    );
  }
}

/** A file of two and more records is no JSON document: it fails at its second line, without being read further. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
