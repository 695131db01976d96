/** The function failed again: the queue keeps it for another try. */
export class StillFailingError extends Error {
  override name = 'StillFailingError';
}
