/** Integer count of nano-dollars: 1e-9 USD. */
export type NanoUsd = bigint;
