import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { NanoUsd } from '../../domain/money.ts';
import type { Proofs, RoomLook } from '../../use-cases/ports/evidence.ts';
import type { DynamoDbEvidenceRecords } from '../dynamodb/evidence-records.ts';

/** The function that proves, asked without waiting: a decision never hangs on it. */
export class LambdaProofs implements Proofs {
  readonly #records: DynamoDbEvidenceRecords;
  readonly #functionName: string;
  readonly #client: LambdaClient;

  constructor(
    records: DynamoDbEvidenceRecords,
    functionName: string,
    client = new LambdaClient({ maxAttempts: 3 }),
  ) {
    this.#records = records;
    this.#functionName = functionName;
    this.#client = client;
  }

  async room(): Promise<RoomLook | undefined> {
    return (await this.#records.load()).look;
  }

  async ask(pool: string, spent: NanoUsd): Promise<void> {
    const Payload = Buffer.from(JSON.stringify({ pool, spent: String(spent) }));
    try {
      await this.#client.send(
        new InvokeCommand({ FunctionName: this.#functionName, InvocationType: 'Event', Payload }),
      );
    } catch {
      // The pool is due again in a minute, and asks again.
    }
  }
}
