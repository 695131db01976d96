import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes files into a folder that is gone after the suite. @returns what writes one, and answers its path */
export function writtenFiles(): (name: string, text: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'written-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
}
