import leven from 'leven';

/** The known word that `word` is most likely a slip of; undefined where none is near: a third of its letters may differ. */
export function closestTo(word: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const near = known
    .map((candidate) => ({ candidate, distance: leven(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= most ? near.candidate : undefined;
}

/** ` Did you mean "user/alice"?`, to put behind a sentence; empty where nothing known is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const close = closestTo(word, known);
  return close === undefined ? '' : ` Did you mean "${close}"?`;
}
