import { stderr } from 'node:process';

/** One line that rewrites itself, on a terminal only: a pipe or a log file gets nothing. */
export class ProgressLine {
  #shown = false;

  show(text: string): void {
    if (!stderr.isTTY) return;
    stderr.cursorTo(0);
    stderr.write(text.slice(0, stderr.columns - 1));
    stderr.clearLine(1);
    this.#shown = true;
  }

  /** Takes the line away, so that what follows starts on a clean one. */
  clear(): void {
    if (!this.#shown) return;
    stderr.cursorTo(0);
    stderr.clearLine(0);
    this.#shown = false;
  }
}
