/** Who may report usage that Bedrock does not log, for whom, and at what price: the rate card of one event source. */
export interface UsageSource {
  /** Accounts (12 digits) or role ARNs that may put its events. @default everyone who may put on the bus */
  putters?: string[] | undefined;
  /** Whom its events may name as payers, `*` standing for any part of a name. */
  payers: string[];
  meters: Record<string, UsageMeter>;
  /** Whose the free units are. */
  freeTierOf: 'payer' | 'account';
  /** Whether what it reports counts towards budgets. */
  trusted: boolean;
}

export interface UsageMeter {
  /** Price of one unit in USD, an exact decimal. */
  unitUsd: string;
  /** Units without a charge in a calendar month of the stage's time zone, of each payer or of the account. */
  freePerMonth: number;
}

/** The detail of a usage event, once its form is right. */
export interface UsageEventDetail {
  id: string;
  subject: string;
  meter: string;
  quantity: number;
  /** ISO 8601, UTC. */
  at: string;
  labels: Record<string, string>;
}

/** Reads a detail, or names the field that is wrong with it; undefined where no single field is. */
export type ParseDetail = (
  detail: unknown,
) => { readonly parsed: UsageEventDetail } | { readonly wrongField: PropertyKey | undefined };
