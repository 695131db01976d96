/** One term of an expected sum: so many units at a price each, or for a million. */
export interface Part {
  readonly what: string;
  readonly count: number;
  /** Exact decimals; one of the two. */
  readonly usdPerMillion?: string;
  readonly usdEach?: string;
}

/** What one payer owes. Amounts are exact decimals in USD. */
export interface Expectation {
  /** The value itself. */
  readonly usd?: string;
  /** What `usd` is the sum of. */
  readonly parts?: readonly Part[];
  /** What the sum of the parts is multiplied by: the factor of a service tier. */
  readonly times?: string;
  /** Where the record leaves the value open: bounds that hold whatever the truth is, both included. */
  readonly atLeast?: string;
  readonly atMost?: string;
  /** Anything above nothing. */
  readonly notFree?: true;
  /** By how much an answer may miss `usd`. @default a nano-dollar for each record of the case */
  readonly tolerance?: string;
}

export const deliveryForms = [
  'lines',
  'lines-crlf',
  'gzip',
  'array',
  'pretty',
  'subscription-event',
  'subscription-message',
  'firehose',
  'filter-log-events',
  'insights',
  'sidecar',
] as const;
export type DeliveryForm = (typeof deliveryForms)[number];

/** One file in which records arrive. */
export interface Delivery {
  readonly as: DeliveryForm;
  /** Places in `records`, from 0. */
  readonly records: readonly number[];
  /** Path below the case's folder. @default a name by number and form */
  readonly path?: string;
}

export interface Case {
  /** `cache-classes/read-at-a-twentieth`: folder and file name. */
  readonly id: string;
  /** What is asked, in one sentence. */
  readonly title: string;
  /** Invocation log records; a text is a line as it stands, which may be no record at all. */
  readonly records: readonly unknown[];
  /** @default all records, a line each, in one file */
  readonly deliveries: readonly Delivery[];
  /** What a meter may look up: profile or endpoint → model or profile behind it. */
  readonly profiles: Readonly<Record<string, string>>;
  /** What is owed, by the ARN of whoever called. */
  readonly payers: Readonly<Record<string, Expectation>>;
  /** Sessions are people here: a sum over their role is no answer. */
  readonly sessionsApart: boolean;
  /** Lines that a meter must say it could not account for. */
  readonly setAside: number | undefined;
  readonly why: string;
  readonly sources: readonly string[];
}
