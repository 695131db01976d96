import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

export class LostConnectionError extends Error {
  override name = 'LostConnectionError';
}

/** Makes transactions conflict on a client, and connections break before and after the work was done, as told. */
export function unreliable(client: DynamoDBClient, next: () => number): DynamoDBClient {
  client.middlewareStack.add(
    (proceed, context) => async (args) => {
      const transacting = String(context['commandName']).startsWith('TransactWrite');
      const mishap = next() % 8;
      if (mishap === 0) throw new LostConnectionError('before');
      if (mishap === 1 && transacting) {
        const CancellationReasons = [{ Code: 'None' }, { Code: 'TransactionConflict' }];
        throw new TransactionCanceledException({ $metadata: {}, message: 'conflict', CancellationReasons });
      }
      const answer = await proceed(args);
      if (mishap === 2) throw new LostConnectionError('after');
      return answer;
    },
    { step: 'initialize' },
  );
  return client;
}

/** As Lambda does: whatever part of the work was done, all of it comes again. */
export async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LostConnectionError) || attempt > 200) throw error;
    }
  }
}
