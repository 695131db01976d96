import { readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from '../command-line/input-error.ts';
import { readConfig } from '../command-line/read-config.ts';
import { placeOfRecords } from './place-of-records.ts';
import type { Plan } from './plan.ts';
import { readLines } from './read-lines.ts';
import { stepsOf, type TimedLine, timed } from './timeline.ts';

const logFile = /\.(json|jsonl|gz)$/;
const sidecarName = /\/data\/[^/]+_(input|output)(_media_\d+)?\.[^/]+$/;

/** Lines of log files in the order of their own time, each with the place where it stands. */
export interface Logs {
  readonly lines: readonly (TimedLine & { readonly source: string })[];
  /** Not opened: their place in the bucket says what they are. */
  readonly passedBy: { readonly sidecar: number; readonly notice: number };
}

/**
 * Reads log files, or directories in the layout that Bedrock writes to S3, in whatever order they are found. Bodies that
 * Bedrock put beside the records and the marker of its permission check are not opened, and counted as ingest counts them.
 * @throws InputError where something cannot be read, or nothing is there
 */
export function readLogs(paths: readonly string[]): Logs {
  const found = paths.flatMap(filesAt);
  if (found.length === 0) {
    throw new InputError(`No log files (.json, .jsonl, .gz) are in ${paths.join(', ')}: give others.`);
  }
  const logs = found.filter(({ kind }) => kind === 'log');
  const passed = (wanted: LogFile['kind']) => found.filter(({ kind }) => kind === wanted).length;
  const passedBy = { sidecar: passed('sidecar'), notice: passed('notice') };
  const lines: Logs['lines'][number][] = [];
  timed(logs.map(({ path, among }) => readLines(path, among))).forEach((file, place) => {
    // A long log would not fit into one call's arguments.
    file.forEach((line, index) => {
      lines.push({ ...line, source: `${logs[place]?.path}#${index + 1}` });
    });
  });
  return { lines: lines.sort((a, b) => a.at.getTime() - b.at.getTime()), passedBy };
}

/** Makes a run of logs: the clock is the records' own time. @throws InputError */
export function loadLogs(paths: readonly string[], configPath: string | undefined): Plan {
  const settings = readConfig(configPath);
  const { lines, passedBy } = readLogs(paths);
  return {
    now: lines[0]?.at ?? new Date(),
    ...placeOfRecords(lines.map(({ text }) => text)),
    settings,
    principals: {},
    proofs: false,
    steps: stepsOf(lines, settings),
    passedBy,
  };
}

interface LogFile {
  readonly path: string;
  readonly kind: 'log' | 'sidecar' | 'notice';
  /** Found in a folder that was named, and not named itself. */
  readonly among: boolean;
}

function filesAt(given: string): LogFile[] {
  const stats = statOf(given);
  if (!stats.isDirectory()) return [{ path: given, kind: kindOf(given, stats.size) ?? 'log', among: false }];
  return readdirSync(given, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((name) => {
      const path = join(given, name);
      const inside = statOf(path);
      const kind = inside.isFile() ? kindOf(path, inside.size) : undefined;
      return kind === undefined ? [] : [{ path, kind, among: true }];
    });
}

/** A folder's name means something below Bedrock's own folder only; elsewhere a side-car's own name has to tell. */
function kindOf(path: string, size: number): LogFile['kind'] | undefined {
  const whole = resolve(path).replaceAll('\\', '/');
  const inBucket = /\/BedrockModelInvocationLogs(\/.*)$/.exec(whole)?.[1];
  if (inBucket?.includes('/data/') || sidecarName.test(whole)) return 'sidecar';
  if (size === 0 || whole.includes('amazon-bedrock-logs-permission-check')) return 'notice';
  return logFile.test(whole) ? 'log' : undefined;
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw new InputError(`${path} cannot be read (${(error as Error).message}): check its name.`);
  }
}
