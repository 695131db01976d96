import { readFileSync } from 'node:fs';
import { InputError } from '../command-line/input-error.ts';
import { linesInside } from './log-containers.ts';
import { unpackFile } from './unpack-file.ts';

/**
 * The lines of a log file, as they stand in it, unpacked where it is packed. Of a damaged one all whole lines, and one more for
 * the rest, which is no record: it is put aside as ingest puts it aside. A file
 * that is one JSON document instead (an array of records, or a record written over several lines) gives a line a record,
 * and what CloudWatch Logs has packed is unpacked.
 * @param among where it is one of many in a folder, of which one that gives nothing at all must not hide the others
 * @throws InputError where the file cannot be read at all
 */
export function readLines(path: string, among = false): string[] {
  const { bytes, damage } = unpackFile(readBytes(path));
  if (damage !== undefined) return wholeLines(bytes, path, damage, among);
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

function wholeLines(bytes: Buffer, path: string, damage: string, among: boolean): string[] {
  const lines = linesOf(bytes);
  // Where the rest is lost, the last line is one only if it is a whole document: none begins with another.
  if (parsed(lines.at(-1) ?? '') === undefined) lines.pop();
  if (lines.length === 0 && !among) throw unreadable(path, damage);
  return [...lines.flatMap(linesInside), `From here on the file cannot be unpacked: ${damage}.`];
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  }
}

const unreadable = (path: string, why: string) =>
  new InputError(`The file ${path} cannot be read (${why}): give a .json, .jsonl or gzipped log file.`);

/** A file of two and more records is no JSON document: it fails at its second line, without being read further. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
