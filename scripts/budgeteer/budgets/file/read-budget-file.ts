import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';
import { configSentences } from '../../../../lib/config-error.ts';
import { InputError } from '../../../command-line/input-error.ts';
import { type BudgetFile, budgetFileSchema } from './schema.ts';

/**
 * Reads a file of budgets, YAML or JSON, strictly. Every scalar is read as the text that stands there, so that an amount
 * without quotes never passes through binary fractions.
 * @throws InputError with one sentence a mistake, each starting with file, line and column
 */
export function readBudgetFile(path: string): BudgetFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`The file ${path} cannot be read (${(error as Error).message}): check its name.`);
  }
  return parseBudgetFile(text, path);
}

/** @throws InputError */
export function parseBudgetFile(text: string, path: string): BudgetFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, schema: 'failsafe', prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new InputError(
      document.errors.map(({ pos, message }) => `${at(pos[0])}: ${firstLine(message)}`).join('\n'),
    );
  }
  const input = contentOf(document, at(0));
  const result = budgetFileSchema.safeParse(input);
  if (result.success) return result.data;
  const sentences = configSentences(budgetFileSchema, input, result.error);
  const located = result.error.issues.map((issue, index) => {
    const sentence = sentences[index]?.replace(/^The stage\b/, 'The file');
    return `${at(offsetOf(document, issue))}: ${sentence}`;
  });
  throw new InputError(located.join('\n'));
}

/** An alias that stands for too much, or for itself, is refused by the library. */
function contentOf(document: Document, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InputError(`${where}: ${firstLine((error as Error).message)}`);
  }
}

/** Where in the text a mistake stands: a wrong key at the key, a missing field at what lacks it, else at the value. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const [extra] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const path = extra === undefined ? issue.path : [...issue.path, extra];
  const wantsKey = issue.code === 'unrecognized_keys' || issue.code === 'invalid_key';
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key: name }) => isScalar(name) && name.value === String(step));
      key = pair?.key;
      node = pair?.value;
    } else {
      node = isSeq(node) ? node.items[Number(step)] : undefined;
    }
    const last = depth === path.length - 1;
    const here = (last && wantsKey ? startOf(key) : startOf(node)) ?? startOf(key);
    if (here === undefined) break;
    offset = here;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];
const firstLine = (text: string) => text.split('\n')[0] ?? text;
