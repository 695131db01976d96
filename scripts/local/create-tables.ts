import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { TableSpec } from './assembly/local-assembly.ts';

/** Properties that the template and the CreateTable call have in common and that a local engine knows. */
const shared = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
] as const;

type Throughput = { readonly ReadCapacityUnits: unknown; readonly WriteCapacityUnits: unknown };

/** CloudFormation takes numbers as text, and properties that CreateTable does not know. */
function index(properties: Readonly<Record<string, unknown>>) {
  const { IndexName, KeySchema, Projection, ProvisionedThroughput } = properties;
  return { IndexName, KeySchema, Projection, ...throughput(ProvisionedThroughput) };
}

function throughput(value: unknown) {
  if (!value) return {};
  const { ReadCapacityUnits, WriteCapacityUnits } = value as Throughput;
  return {
    ProvisionedThroughput: {
      ReadCapacityUnits: Number(ReadCapacityUnits),
      WriteCapacityUnits: Number(WriteCapacityUnits),
    },
  };
}

function input({ name, properties }: TableSpec): CreateTableCommandInput {
  const stream = properties['StreamSpecification'] as { StreamViewType: string } | undefined;
  const common = Object.fromEntries(
    shared.flatMap((key) => (properties[key] ? [[key, properties[key]]] : [])),
  );
  const indexes = properties['GlobalSecondaryIndexes'] as readonly Record<string, unknown>[] | undefined;
  const onDemand = properties['BillingMode'] === 'PAY_PER_REQUEST';
  return {
    ...common,
    TableName: name,
    BillingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...(!onDemand && throughput(properties['ProvisionedThroughput'])),
    ...(indexes && { GlobalSecondaryIndexes: indexes.map(index) }),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.StreamViewType } }),
  } as CreateTableCommandInput;
}

/** Creates the tables as the templates define them. Time to live stays off: a local engine expires by the real clock. */
export async function createTables(client: DynamoDBClient, tables: readonly TableSpec[]): Promise<void> {
  for (const table of tables) await client.send(new CreateTableCommand(input(table)));
}
