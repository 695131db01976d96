/** What reading a log object comes upon. Lines are counted from 1, empty ones too. */
export type ObjectLine =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  /** Longer than any record can be: passed by, not kept in memory. */
  | { readonly kind: 'overlong'; readonly number: number; readonly sha256: string }
  /** From this line on the object cannot be unpacked; nothing follows. The hash is of the object's place and version. */
  | { readonly kind: 'damaged'; readonly number: number; readonly sha256: string };
