import ai21 from './book/ai21.json' with { type: 'json' };
import amazon from './book/amazon.json' with { type: 'json' };
import anthropic from './book/anthropic.json' with { type: 'json' };
import cohere from './book/cohere.json' with { type: 'json' };
import deepseek from './book/deepseek.json' with { type: 'json' };
import google from './book/google.json' with { type: 'json' };
import luma from './book/luma.json' with { type: 'json' };
import meta from './book/meta.json' with { type: 'json' };
import minimax from './book/minimax.json' with { type: 'json' };
import mistral from './book/mistral.json' with { type: 'json' };
import moonshotai from './book/moonshotai.json' with { type: 'json' };
import nvidia from './book/nvidia.json' with { type: 'json' };
import openai from './book/openai.json' with { type: 'json' };
import qwen from './book/qwen.json' with { type: 'json' };
import stability from './book/stability.json' with { type: 'json' };
import twelvelabs from './book/twelvelabs.json' with { type: 'json' };
import writer from './book/writer.json' with { type: 'json' };
import xai from './book/xai.json' with { type: 'json' };
import zai from './book/zai.json' with { type: 'json' };
import { type BookFile, PriceBookError, readBookFile } from './book-file.ts';
import type { PricedModel } from './price-row.ts';

/** Every list price that the meter knows: on-demand, standard tier. */
export interface PriceBook {
  /** Stamped into each ledger entry, so that a repricing knows what it corrects. */
  readonly version: string;
  readonly models: readonly PricedModel[];
  /** First labels of the ids. */
  readonly providers: ReadonlySet<string>;
  /** The model with exactly this id or alias; never one that merely resembles it. */
  find(id: string): PricedModel | undefined;
}

/** Raise it with every change of a price. */
const version = '2026-11-30.2';

const files: readonly BookFile[] = [
  ai21,
  amazon,
  anthropic,
  cohere,
  deepseek,
  google,
  luma,
  meta,
  minimax,
  mistral,
  moonshotai,
  nvidia,
  openai,
  qwen,
  stability,
  twelvelabs,
  writer,
  xai,
  zai,
];

/** Puts models together. @throws PriceBookError where two of them share a name */
export function createPriceBook(version: string, models: readonly PricedModel[]): PriceBook {
  const byName = new Map<string, PricedModel>();
  for (const model of models) {
    for (const name of [model.id, ...model.aliases]) {
      if (byName.has(name)) {
        throw new PriceBookError(`The price book names ${name} twice: each name must mean one model.`);
      }
      byName.set(name, model);
    }
  }
  const providers = new Set(models.map(({ provider }) => provider));
  return { version, models, providers, find: (id) => byName.get(id) };
}

export const priceBook: PriceBook = createPriceBook(version, files.flatMap(readBookFile));
