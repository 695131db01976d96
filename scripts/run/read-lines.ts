import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from './plan.ts';

/**
 * The lines of a log file, as they stand in it; gunzipped where its first bytes say gzip, because suffixes lie. A file
 * that is one JSON document instead (an array of records, or a record written over several lines) gives a line a record.
 * @throws InputError where the file cannot be read at all
 */
export function readLines(path: string): string[] {
  const text = readText(path);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return lines;
  const whole = lines.length > 1 || /^\s*\[/.test(text) ? parsed(text) : undefined;
  if (Array.isArray(whole)) return whole.map(lineOf);
  return whole === undefined ? lines : [lineOf(whole)];
}

/** A record as a log has it; what is given as text is a line already, and may be a bad one. */
export const lineOf = (record: unknown): string =>
  typeof record === 'string' ? record : JSON.stringify(record);

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (zipped ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
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
