/** The first of these instants; undefined where there is none. */
export function earliest(...dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce(
    (first, date) => (date !== undefined && (first === undefined || date < first) ? date : first),
    undefined,
  );
}
