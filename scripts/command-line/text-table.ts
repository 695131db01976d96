import Table, { type TableConstructorOptions } from 'cli-table3';

type Row = readonly (string | number)[];

/** Rows under heads, without colours: the same in a terminal, a pipe and a log. */
export const textTable = (head: readonly string[], rows: readonly Row[]): string => `${drawn(head, rows)}\n`;

/** The same without lines between rows. @param right columns of figures */
export const table = (head: readonly string[], rows: readonly Row[], right: readonly number[]): string =>
  drawn(head, rows, {
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: head.map((_, index) => (right.includes(index) ? 'right' : 'left')),
  });

function drawn(head: readonly string[], rows: readonly Row[], options?: TableConstructorOptions): string {
  const grid = new Table({ head: [...head], style: { head: [], border: [] }, ...options });
  grid.push(...rows.map((row) => [...row]));
  return grid.toString();
}
