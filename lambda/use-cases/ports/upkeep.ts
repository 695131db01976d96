import type { LoggingConfig, LoggingRecord } from '../../domain/logging/logging-config.ts';

/** Bedrock does not take the configuration (yet): it could not write to one of the destinations. */
export class LoggingRefusedError extends Error {
  override name = 'LoggingRefusedError';
}

/** Bedrock's invocation logging in this Region. */
export interface InvocationLogging {
  /** Undefined where it is off. */
  read(): Promise<LoggingConfig | undefined>;
  /** Replaces it; undefined turns it off. @throws LoggingRefusedError */
  write(config: LoggingConfig | undefined): Promise<void>;
}

/** What the deployment remembers of the logging that it found. */
export interface LoggingRecords {
  find(): Promise<LoggingRecord | undefined>;
  save(record: LoggingRecord): Promise<void>;
  remove(): Promise<void>;
}

export interface LogSubscription {
  readonly name: string;
  readonly destinationArn: string;
}

export interface LogDestinations {
  /** Undefined where there is no such log group. */
  subscriptions(logGroupName: string): Promise<readonly LogSubscription[] | undefined>;
  /** Whether the bucket tells EventBridge of its objects; undefined where there is no such bucket. */
  announcesObjects(bucketName: string): Promise<boolean | undefined>;
  /** Names of the EventBridge rules that pass on what this bucket tells. */
  rulesOn(bucketName: string): Promise<readonly string[]>;
}

/** AWS's Price List, as it is today. */
export interface PriceList {
  /** Products of everything that Bedrock bills, all pages; a product as the API writes it. */
  products(): AsyncIterable<string>;
}

/** What the deployment stores of its last check of the price list. */
export interface PriceListCheck {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Of the last report to the operators; undefined where there was nothing to report. */
  readonly reported: string | undefined;
  /** Last day (UTC) on which the list confirmed a price, by model, scope and tier; empty unless it is to be noted. */
  readonly confirmed: Readonly<Record<string, string>>;
}

export interface PriceListChecks {
  last(): Promise<PriceListCheck | undefined>;
  save(look: PriceListCheck): Promise<void>;
}
