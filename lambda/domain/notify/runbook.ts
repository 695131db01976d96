import type { Alert, Notice } from '../control/alert.ts';

/** Headings of docs/runbook.md: what an alert's reader needs first. */
const chapters: Readonly<Partial<Record<Notice, string>>> = {
  unpriced: 'A model without a price',
  leak: 'A call was answered although it is denied',
  drift: 'deny-drift',
  unenforceable: 'Lift or place a deny by hand',
  'enforcement-failed': 'enforcement-failing',
  evidence: 'evidence-disproved',
};

/** The entry of the runbook that is about an alert. */
export const runbookChapter = ({ notice }: Pick<Alert, 'notice'>): string =>
  (notice === undefined ? undefined : chapters[notice]) ?? 'Overrides';

/**
 * Where to read on: an address where the stage names one, else the file of the repository.
 * @param url of the runbook as the company publishes it; undefined: it does not
 */
export function runbookLink(alert: Pick<Alert, 'notice'>, url = 'docs/runbook.md'): string {
  const anchor = runbookChapter(alert)
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
  return `${url}#${anchor}`;
}
