import type { AttributeValue, ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Capacity units and calls so far. */
export interface Units {
  ledgerWrites: number;
  budgetWrites: number;
  reads: number;
  calls: number;
}

interface Write {
  readonly TableName: string;
  readonly Item?: Record<string, AttributeValue>;
}

/**
 * Counts what AWS would charge for every call. Local engines answer reads truly, each the same, but transactions each in
 * its own way, so writes follow AWS's own rule (Developer Guide, "Read and write operations": two units per started KB of
 * each item of a transaction, also where it is cancelled).
 */
export function countUnits(client: DynamoDBClient, tables: { readonly ledger: string }): Units {
  const units: Units = { ledgerWrites: 0, budgetWrites: 0, reads: 0, calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      units.calls++;
      const input = args.input as Partial<Write> & { TransactItems?: Record<string, Write>[] };
      for (const { TableName, Item } of (input.TransactItems ?? []).flatMap((item) => Object.values(item))) {
        units[TableName === tables.ledger ? 'ledgerWrites' : 'budgetWrites'] +=
          2 * Math.ceil(bytesOf(Item) / 1024 || 1);
      }
      if (input.Item !== undefined) units.budgetWrites += Math.ceil(bytesOf(input.Item) / 1024);
      else if (/^(Delete|Update)Item/.test(String(context['commandName']))) units.budgetWrites += 1;
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      if (!reading.test(String(context['commandName']))) return answer;
      const { ConsumedCapacity: used = [] } = answer.output as {
        ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
      };
      // What finds nothing is charged like what finds little.
      for (const { CapacityUnits = 0 } of [used].flat()) units.reads += Math.max(CapacityUnits, leastRead);
      return answer;
    },
    { step: 'initialize' },
  );
  return units;
}

const reading = /^(BatchGet|Get|Query|Scan)/;
/** Half a unit, as an eventually consistent read of up to 4 KB. */
const leastRead = 0.5;

/** Names and values as UTF-8, close to how DynamoDB counts an item; an update here touches a balance of under 1 KB. */
const bytesOf = (item: Record<string, AttributeValue> = {}): number =>
  Buffer.byteLength(JSON.stringify(item, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
