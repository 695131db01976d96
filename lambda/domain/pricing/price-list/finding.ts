import type { Missing } from './book-rate.ts';
import type { ListRate } from './list-rate.ts';

/** What became of one rate of the list; amounts are USD for a million units, exact. */
export type PriceFinding =
  | { readonly status: 'agreed'; readonly rate: ListRate }
  /** `ratio`: what the list says over what the book says, to four decimals. */
  | { readonly status: 'different'; readonly rate: ListRate; readonly book: string; readonly ratio: string }
  | { readonly status: 'missing-from-book'; readonly rate: ListRate; readonly what: Missing }
  /** The book says something else on purpose. */
  | { readonly status: 'decided'; readonly rate: ListRate; readonly why: string }
  | { readonly status: 'rejected'; readonly rate: ListRate; readonly why: string };
