import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from './suite/deliver.ts';
import { judge } from './suite/judge.ts';
import { readCases } from './suite/read-cases.ts';
import { answerByReplay } from './this-meter.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('this meter, judged by the suite as any other', () => {
  it.each(readCases().map((one) => [one.id, one] as const))('%s', async (id, one) => {
    const place = join(folder, id);
    writeFiles(one, place);

    const { faults } = judge(one, await answerByReplay([place], one.profiles));

    expect({ asked: one.title, faults }).toEqual({ asked: one.title, faults: [] });
  });
});
