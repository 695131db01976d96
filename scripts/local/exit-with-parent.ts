/**
 * Ends this process once its parent is gone: `npm start` that was killed must not leave a stack behind.
 * An orphan is adopted by another process, so a changed parent id is the sign.
 */
export function exitWithParent(onOrphaned: () => void = () => process.exit(1)): () => void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) onOrphaned();
  }, 500);
  timer.unref();
  return () => clearInterval(timer);
}
