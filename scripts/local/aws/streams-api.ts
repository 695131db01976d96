import type { LocalAssembly } from '../assembly/local-assembly.ts';
import type { AwsResponse } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

/** Sends a request for streams to the engine. */
type Send = (request: AwsRequest, body: object, target?: string) => Promise<AwsResponse>;
type Json = Readonly<Record<string, unknown>>;

/**
 * Streams under the templates' ARNs: the engine names its own otherwise. An iterator begins with the stream's ARN, as
 * DynamoDB's does.
 */
export async function serveStreams(
  request: AwsRequest,
  tables: LocalAssembly['tables'],
  send: Send,
): Promise<AwsResponse> {
  const { body } = request;
  if (request.operation === 'GetRecords') {
    const [stream = '', ShardIterator] = String(body['ShardIterator']).split('|');
    return named(await send(request, { ...body, ShardIterator }), stream, 'NextShardIterator');
  }
  const stream = String(body['StreamArn']);
  const table = tables.find(({ streamArn }) => streamArn === stream);
  const found = await send(request, { TableName: table?.name }, 'DynamoDBStreams_20120810.ListStreams');
  const { Streams = [] } = JSON.parse(found.body.toString()) as { Streams?: { StreamArn: string }[] };
  const answer = await send(request, { ...body, StreamArn: Streams[0]?.StreamArn ?? stream });
  return named(answer, stream, 'ShardIterator');
}

function named(answer: AwsResponse, stream: string, field: string): AwsResponse {
  const body = JSON.parse(answer.body.toString()) as Json;
  if (typeof body[field] !== 'string') return answer;
  return { ...answer, body: Buffer.from(JSON.stringify({ ...body, [field]: `${stream}|${body[field]}` })) };
}
