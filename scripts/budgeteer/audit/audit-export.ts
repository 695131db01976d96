import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { archivePrefixes } from '../../../lambda/contracts/audit-archive.ts';
import type { ExportedEntries } from '../../../lambda/domain/audit-anchor.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { LockedArchive, readAnchors, unpackText } from './audit-anchors.ts';

export interface ExportOptions {
  /** UTC days, both included. @default the first that was anchored */
  readonly from?: string | undefined;
  /** @default the newest */
  readonly to?: string | undefined;
  /** A new file. */
  readonly out: string;
}

export interface AuditExport {
  readonly anchors: number;
  readonly entries: number;
  /** What is wrong with the archive, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * `audit export`: a line `{ "anchor": … }` for each day, followed by a line `{ "entry": … }` for each entry that joined the
 * chains since the day before. It asks the archive alone, so it needs neither the table nor trust in it.
 * Exit status 1 where the archive is not intact. @throws InputError
 */
export async function exportAudit(
  options: ExportOptions,
  deployment: Deployment,
): Promise<Answer<AuditExport>> {
  const { from = '0000-00-00', to = '9999-99-99', out } = options;
  for (const day of [options.from, options.to]) {
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
      throw new InputError(`"${day}" is no day: write it like 2026-11-23.`);
    }
  }
  if (!deployment.auditArchive) {
    throw new InputError(
      `Stage ${deployment.stage} has no audit archive: \`auditArchive\` of its configuration is "none".`,
    );
  }
  createFile(out);
  const archive = await LockedArchive.of(deployment);
  const { anchors, problems } = await readAnchors(deployment);
  const found = [...problems];
  const chosen = anchors.filter(({ day }) => day >= from && day <= to);
  const versions =
    chosen.length > 0
      ? await archive.firstVersions(archivePrefixes.entries)
      : new Map<string, { id: string }>();
  let entries = 0;
  for (const { day, anchor } of chosen) {
    appendFileSync(out, `${JSON.stringify({ anchor })}\n`);
    for (const exported of anchor.exported) {
      const version = versions.get(exported.key)?.id ?? '';
      const text = version === '' ? undefined : await readEntries(archive, exported, version);
      if (text === undefined) {
        found.push(`s3://${archive.bucket}/${exported.key} is not what the anchor of ${day} says of it.`);
        continue;
      }
      const lines = text.trimEnd().split('\n');
      appendFileSync(out, lines.map((line) => `{"entry":${line}}\n`).join(''));
      entries += lines.length;
    }
  }
  const summary = `${chosen.length} anchors and ${entries} entries are in ${out}.`;
  return {
    text: `${[...found, summary].join('\n')}\n`,
    json: { anchors: chosen.length, entries, problems: found },
    exitCode: found.length > 0 ? 1 : 0,
  };
}

async function readEntries(
  archive: LockedArchive,
  { key, sha256 }: ExportedEntries,
  version: string,
): Promise<string | undefined> {
  const text = unpackText(await archive.read(key, version));
  if (text === undefined) return undefined;
  return createHash('sha256').update(text).digest('hex') === sha256 ? text : undefined;
}

function createFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new InputError(
      exists
        ? `${path} exists already: name another file with --out.`
        : `${path} cannot be written: ${(error as Error).message}.`,
    );
  }
}
