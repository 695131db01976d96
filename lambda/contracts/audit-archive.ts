import * as z from 'zod';
import type { Anchor } from '../domain/audit-anchor.ts';

/** What the audit archive's bucket holds, and under which keys: the daily function writes it, operators read it. */

/** The newest entry of one subject's chain. */
const headSchema = z.object({ version: z.int().min(1), hash: z.string() });

/** An object of audit entries, one JSON object a line, packed with gzip. */
const exportedSchema = z.object({
  key: z.string(),
  /** Of the text before it was packed. */
  sha256: z.string(),
  entries: z.int().min(1),
});

export const anchorSchema: z.ZodType<Anchor> = z.object({
  /** ISO 8601 UTC; its day is the key's. */
  at: z.iso.datetime(),
  stage: z.string(),
  /** Hash of the anchor before; of nothing for the first. */
  previous: z.string(),
  /** By subject. */
  heads: z.record(z.string(), headSchema),
  /** What joined the chains since the anchor before. */
  exported: z.array(exportedSchema),
});

export const archivePrefixes = { anchors: 'anchors/', entries: 'entries/' } as const;

/** `2026/11/23`, in UTC: as text, keys of days sort like days. */
const folderOf = (at: Date) => at.toISOString().slice(0, 10).replaceAll('-', '/');

export const anchorKey = (at: Date): string => `${archivePrefixes.anchors}${folderOf(at)}.json.gz`;

/** `anchors/2026/11/23.json.gz` → `2026-11-23`; undefined for a key that is no anchor's. */
export function dayOfAnchor(key: string): string | undefined {
  const day = /^anchors\/(\d{4}\/\d{2}\/\d{2})\.json\.gz$/.exec(key)?.[1];
  return day?.replaceAll('/', '-');
}

/** Named after its content, so that a run that is repeated finds what it wrote. */
export const entriesKey = (at: Date, sha256: string): string =>
  `${archivePrefixes.entries}${folderOf(at)}/${sha256.slice(0, 32)}.jsonl.gz`;
