/** Bedrock writes to this one stream; a line of any other is none of its. */
export const bedrockStream = 'aws/bedrock/modelinvocations';

const ownEvent = new RegExp(`^logs://.+/${bedrockStream}#(.+)$`);

/**
 * Where a claim's line stands, in as few bytes as a ledger item can spare: the event's id alone where it is in Bedrock's own
 * stream, else the source as it is.
 * @param source `logs://group/stream#eventId`, or `s3://bucket/key#line`
 */
export const pointerOf = (source: string): string => ownEvent.exec(source)?.[1] ?? source;
