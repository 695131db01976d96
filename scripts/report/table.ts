export interface Column {
  readonly name: string;
  readonly number?: boolean;
  /** Long names, such as those of models and people. */
  readonly code?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** As many cells as columns. A cell may carry a share from 0 to 1, drawn as a bar behind it. */
  readonly rows: readonly (readonly (string | { readonly text: string; readonly bar: number })[])[];
  /** What was left out, in a sentence. */
  readonly more: string | undefined;
}
