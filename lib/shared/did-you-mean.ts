import leven from 'leven';

/**
 * ` Did you mean "user/alice"?`, to put behind a sentence; empty where nothing known is near: a third of its letters may
 * differ.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const most = Math.max(1, Math.floor(word.length / 3));
  const near = known
    .map((candidate) => ({ candidate, distance: leven(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= most ? ` Did you mean "${near.candidate}"?` : '';
}
