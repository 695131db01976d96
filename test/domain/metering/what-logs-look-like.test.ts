import type { Invocation } from '../../../lambda/domain/metering/invocation.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { identify } from '../../../lambda/domain/principal.ts';

const arn = 'arn:aws:iam::012345678901:user/alice';
const record = {
  timestamp: '2026-11-22T12:00:00Z',
  accountId: '012345678901',
  region: 'us-east-1',
  requestId: '5f0c1f4e-0000-4000-8000-000000000001',
  operation: 'InvokeModel',
  modelId: 'anthropic.claude-v2:1',
  identity: { arn },
};

function invocationOf(line: string): Invocation {
  const reading = readLine(line);
  if (reading.kind !== 'invocation')
    throw new Error(`Expected an invocation, got ${JSON.stringify(reading)}.`);
  return reading.invocation;
}
const read = (rest: object) => invocationOf(JSON.stringify({ ...record, ...rest }));
const tokens = ({ usage, flags }: Invocation) => ({ ...usage, flags });

describe('a shape that logs have', () => {
  it.each<[string, object, object]>([
    [
      'a text completion’s stream, which tells its counts with the last element alone',
      {
        output: {
          outputBodyJson: [
            { completion: ' a', stop_reason: null },
            {
              completion: '',
              'amazon-bedrock-invocationMetrics': { inputTokenCount: 12, outputTokenCount: 34 },
            },
          ],
        },
      },
      { input: 12, output: 34, flags: ['usage-from-body'] },
    ],
    [
      'a message’s stream that broke off: what it began with is no count of its output',
      {
        output: {
          outputBodyJson: [
            { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 3 } } },
            { type: 'content_block_delta', delta: { text: 'x' } },
          ],
        },
      },
      { input: 10, output: 0, flags: ['usage-from-body', 'output-uncounted'] },
    ],
    [
      'bodies that went to S3: the counts stay in the record, and no path is followed',
      {
        input: {
          inputTokenCount: 6,
          cacheReadInputTokenCount: 0,
          cacheWriteInputTokenCount: 225_913,
          inputBodyS3Path: 's3://logs/data/x_input.json.gz',
        },
        output: { outputTokenCount: 52, outputBodyS3Path: 's3://logs/data/x_output.json.gz' },
      },
      { input: 6, output: 52, cacheWriteUnclassified: 225_913, flags: [] },
    ],
    [
      'a Converse body without the cache counts that the record has',
      {
        input: { inputTokenCount: 100, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
        output: {
          outputTokenCount: 7,
          outputBodyJson: { usage: { inputTokens: 100, outputTokens: 7, totalTokens: 107 } },
        },
      },
      { input: 100, output: 7, cacheRead: 0, cacheWriteUnclassified: 0, flags: [] },
    ],
    [
      'images as Stability answers with them',
      { output: { outputBodyJson: { result: 'success', artifacts: [{ base64: 'x' }, { base64: 'y' }] } } },
      { images: 2, flags: ['usage-from-body'] },
    ],
    [
      'an embedding whose body was delivered',
      {
        input: { inputTokenCount: 9 },
        output: { outputBodyJson: { embedding: [0.1], inputTextTokenCount: 9 } },
      },
      { input: 9, output: 0, flags: [] },
    ],
    [
      'an answer that a guardrail has masked: the model has worked for it',
      {
        input: { inputTokenCount: 70 },
        output: {
          outputTokenCount: 209,
          outputBodyJson: {
            stopReason: 'guardrail_intervened',
            trace: { guardrail: { outputAssessments: { g: [{}] } } },
          },
        },
      },
      { input: 70, output: 209, flags: [] },
    ],
    [
      'a record from a video model',
      { input: { inputTokenCount: 3 }, output: { outputVideoDurationSeconds: 6, outputVideoHeight: 720 } },
      { input: 3, output: 0, video: { milliseconds: 6000, height: 720 }, flags: [] },
    ],
  ])('is %s', (_, rest, expected) => {
    expect(tokens(read(rest))).toMatchObject(expected);
  });

  it.each([
    [
      'a Cohere body, which has no counts',
      { output: { outputBodyJson: { text: 'x', finish_reason: 'COMPLETE' } } },
    ],
    ['an empty input and output', { input: {}, output: {} }],
    ['an input and output of null', { input: null, output: null }],
    ['no input and output', {}],
  ])('is %s: no usage is not a usage of nothing', (_, rest) => {
    expect(read(rest)).toMatchObject({ usage: undefined, guardrailBlockedInput: false });
  });

  it.each(['ThrottlingException', 'ResourceNotFoundException', 'AccessDeniedException', 'anything at all'])(
    'is a failure by %s, in words that AWS may add to at any time',
    (errorCode) => {
      const reason = errorCode.startsWith('Throttling') ? 'throttled' : 'failed';

      expect(readLine(JSON.stringify({ ...record, errorCode }))).toEqual({ kind: 'ignored', reason });
    },
  );

  it.each(['ValidationException', 'ThrottlingException'])(
    'is a request for images that failed by %s: none were made',
    (errorCode) => {
      const input = {
        inputBodyJson: { taskType: 'TEXT_IMAGE', imageGenerationConfig: { numberOfImages: 5 } },
      };

      expect(readLine(JSON.stringify({ ...record, errorCode, input })).kind).toBe('ignored');
    },
  );

  it('is a request for images that a guardrail refused: none were made', () => {
    const input = { inputBodyJson: { taskType: 'TEXT_IMAGE', imageGenerationConfig: { numberOfImages: 5 } } };
    const output = { outputBodyJson: { 'amazon-bedrock-guardrailAction': 'INTERVENED' } };

    expect(read({ input, output })).toMatchObject({ usage: undefined, guardrailBlockedInput: true });
  });

  it('is a request for images that the model’s own filter refused: none were made', () => {
    const input = { inputBodyJson: { taskType: 'TEXT_IMAGE', imageGenerationConfig: { numberOfImages: 5 } } };
    const output = { outputBodyJson: { images: null, error: 'All of them were filtered.' } };

    expect(read({ input, output }).usage).toMatchObject({ images: 0 });
  });

  it.each(['Converse', 'ConverseStream', 'ChatCompletions', 'Responses', 'SomethingOfTomorrow'])(
    'is the operation %s, known or not',
    (operation) => {
      expect(
        read({ operation, input: { inputTokenCount: 1 }, output: { outputTokenCount: 1 } }),
      ).toMatchObject({
        operation,
        usage: { input: 1, output: 1 },
      });
    },
  );

  it.each<[string, string]>([
    [
      'AmazonBedrockAgentCoreSDKRuntime-us-east-1-849e62e6e2/BedrockAgentCore-8cdaf416-b4aa-4382-b66e-80fb3510bdde',
      'role/AmazonBedrockAgentCoreSDKRuntime-us-east-1-849e62e6e2',
    ],
    [
      'AmazonBedrockExecutionRoleForKnowledgeBase_6s5f0/MANAGED_KB_EMBED-012345678901-KB12345678',
      'role/AmazonBedrockExecutionRoleForKnowledgeBase_6s5f0',
    ],
    ['ie-staging-lambda/ie-staging-claudeInvoker', 'role/ie-staging-lambda'],
  ])('is the service session %s, which pays as its role', (session, id) => {
    const { identityArn } = read({ identity: { arn: `arn:aws:sts::012345678901:assumed-role/${session}` } });

    expect(identify(identityArn, { sharedRoles: [] }).id).toBe(id);
  });
});

/*
 * AWS writes the envelope with a serialiser, so no caller can put a second key into it. Should a line have one all the
 * same, JSON.parse decides: the last one counts, as in every other reader of these logs.
 */
describe('a key that stands twice', () => {
  const victim = 'arn:aws:iam::012345678901:user/victim';
  const text = JSON.stringify({ ...record, input: { inputTokenCount: 1 }, output: { outputTokenCount: 1 } });

  it('counts where it stands last, in the envelope', () => {
    const twice = text.replace('"identity":', `"identity":{"arn":"${victim}"},"identity":`);

    expect(invocationOf(twice).identityArn).toBe(arn);
  });

  it('counts where it stands last, inside the identity', () => {
    const twice = text.replace('"identity":{', `"identity":{"arn":"${victim}",`);

    expect(invocationOf(twice).identityArn).toBe(arn);
  });

  it('cannot be smuggled in by a caller: what breaks out of a text is escaped, in bodies and in metadata', () => {
    const breakout = `"}},"identity":{"arn":"${victim}"},"requestId":"spoofed`;
    const hostile = {
      ...JSON.parse(text),
      requestMetadata: { note: breakout, [breakout]: 'x' },
      input: { inputTokenCount: 1, inputBodyJson: { messages: [{ content: breakout }], [breakout]: 1 } },
    };

    expect(invocationOf(JSON.stringify(hostile))).toEqual(invocationOf(text));
  });

  it('spelt with escapes is the same key', () => {
    const escaped = text.replace('"identity":', `"identity":{"arn":"${victim}"},"\\u0069dentity":`);

    expect(invocationOf(escaped).identityArn).toBe(arn);
  });

  it('in a body decides for the body alone', () => {
    const body = text.replace(
      '"output":{',
      `"output":{"outputBodyJson":{"usage":{"input_tokens":5,"input_tokens":9},"identity":{"arn":"${victim}"}},`,
    );

    expect(invocationOf(body)).toMatchObject({ identityArn: arn, usage: { input: 1, output: 1 } });
  });
});
