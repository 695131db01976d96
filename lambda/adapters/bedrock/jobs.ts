import {
  BedrockClient,
  ConflictException,
  type ModelInvocationJobStatus,
  paginateListModelInvocationJobs,
  ResourceNotFoundException,
  StopModelInvocationJobCommand,
} from '@aws-sdk/client-bedrock';
import type { BatchJobs } from '../../use-cases/ports/iam.ts';

const runningStatuses: readonly ModelInvocationJobStatus[] = [
  'Submitted',
  'Validating',
  'Scheduled',
  'InProgress',
];

/** Bedrock's batch inference jobs in this Region. */
export class BedrockJobs implements BatchJobs {
  readonly #client: BedrockClient;

  constructor(client = new BedrockClient({ maxAttempts: 6 })) {
    this.#client = client;
  }

  async running(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const statusEquals of runningStatuses) {
      const pages = paginateListModelInvocationJobs(
        { client: this.#client, pageSize: 100 },
        { statusEquals },
      );
      for await (const { invocationJobSummaries = [] } of pages) {
        found.push(...invocationJobSummaries.map(({ jobArn = '' }) => jobArn));
      }
    }
    return found;
  }

  async stop(jobArn: string): Promise<boolean> {
    try {
      await this.#client.send(new StopModelInvocationJobCommand({ jobIdentifier: jobArn }));
      return true;
    } catch (error) {
      // It ended by itself, or is stopping already.
      if (error instanceof ConflictException || error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }
}
