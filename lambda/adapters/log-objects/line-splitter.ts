import { createHash, type Hash } from 'node:crypto';
import type { ObjectLine } from '../../domain/metering/object-line.ts';

const newline = 0x0a;

/**
 * Cuts bytes into lines, holding one line at most and of that no more than `longest` bytes. Not `node:readline`, which
 * has no limit and also cuts at U+2028, a character that may stand inside a JSON text.
 */
export class LineSplitter {
  readonly #longest: number;
  #number = 1;
  #parts: Buffer[] = [];
  #held = 0;
  /** Set while a line is passed by that is too long. */
  #passing: Hash | undefined;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in this chunk. */
  *push(chunk: Buffer): Generator<ObjectLine> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end));
      yield* this.#finish();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  /** The last line, which no newline ends. */
  *end(): Generator<ObjectLine> {
    yield* this.#finish();
  }

  /** The last line where the rest is lost: only a whole record is one, for no JSON object begins with another. */
  *cut(sha256: string): Generator<ObjectLine> {
    const number = this.#number;
    const [last] = [...this.#finish()];
    const whole = last?.kind === 'line' && isJson(last.text);
    if (whole) yield last;
    yield { kind: 'damaged', number: whole ? number + 1 : number, sha256 };
  }

  #take(bytes: Buffer): void {
    if (this.#passing === undefined && this.#held + bytes.length > this.#longest) {
      const hash = createHash('sha256');
      for (const part of this.#parts) hash.update(part);
      this.#parts = [];
      this.#passing = hash;
    }
    if (this.#passing) {
      this.#passing.update(bytes);
      return;
    }
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#held += bytes.length;
  }

  *#finish(): Generator<ObjectLine> {
    const number = this.#number++;
    if (this.#passing) {
      const sha256 = this.#passing.digest('hex');
      this.#passing = undefined;
      this.#held = 0;
      yield { kind: 'overlong', number, sha256 };
      return;
    }
    const text = Buffer.concat(this.#parts).toString();
    this.#parts = [];
    this.#held = 0;
    if (text.trim() !== '') yield { kind: 'line', number, text };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
