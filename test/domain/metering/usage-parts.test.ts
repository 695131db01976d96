import fc from 'fast-check';
import { bodyUsage } from '../../../lambda/domain/metering/body-usage.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';

const envelope = {
  timestamp: '2026-11-22T12:00:00Z',
  accountId: '012345678901',
  region: 'us-east-1',
  requestId: '5f0c1f4e-0000-4000-8000-000000000001',
  modelId: 'us.anthropic.claude-opus-4-8',
};
const usageOf = (input: object, output: object) => {
  const reading = readLine(JSON.stringify({ ...envelope, input, output }));
  return reading.kind === 'invocation' ? reading.invocation.usage : undefined;
};

interface Part {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly usage?: Part;
  readonly steps?: readonly Part[];
}

const count = fc.nat(100_000);
/** Parts of parts, in lists or under a usage of their own; each wrote something. */
const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ input_tokens: count, output_tokens: fc.integer({ min: 1, max: 5000 }) }),
    fc.record(
      {
        input_tokens: count,
        output_tokens: fc.integer({ min: 1, max: 5000 }),
        steps: fc.array(tie('part'), { maxLength: 4 }),
      },
      { requiredKeys: ['input_tokens', 'output_tokens', 'steps'] },
    ),
  ),
}));
const leaves = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((each) => (each.steps?.length ? leaves(each.steps) : [each]));
const total = (parts: readonly Part[], field: 'input_tokens' | 'output_tokens') =>
  parts.reduce((sum, each) => sum + each[field], 0);

describe('a usage with parts', () => {
  it('is never below what its innermost parts prove, nor below what stands above them, however they nest', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5, size: 'max' }),
        fc.constantFrom('iterations', 'attempts', 'passes'),
        count,
        fc.boolean(),
        (parts, key, above, wrapped) => {
          const listed = wrapped ? parts.map((usage) => ({ type: 'message', usage })) : parts;
          const usage = { input_tokens: above, output_tokens: 1, [key]: listed };
          const read = usageOf({ inputTokenCount: above }, { outputBodyJson: { usage } });

          expect(read?.input).toBeGreaterThanOrEqual(Math.max(above, total(leaves(parts), 'input_tokens')));
          expect(read?.output).toBeGreaterThanOrEqual(total(leaves(parts), 'output_tokens'));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that lists plain parts counts exactly their sum, wherever the usage stands', () => {
    const plain = fc.record({ inputTokens: count, outputTokens: fc.integer({ min: 1, max: 5000 }) });
    const places = fc.constantFrom<(usage: unknown) => unknown>(
      (usage) => ({ usage: { iterations: usage } }),
      (usage) => ({ usage }),
      (usage) => [{ metadata: { usage: { attempts: usage } } }],
      (usage) => [{ type: 'response.completed', response: { usage: { steps: usage } } }],
      (usage) => ({ additionalModelResponseFields: { usage: { iterations: usage } } }),
    );
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 6 }), places, (parts, place) => {
        const read = usageOf({}, { outputBodyJson: place(parts) });

        expect(read).toMatchObject({
          input: parts.reduce((sum, each) => sum + each.inputTokens, 0),
          output: parts.reduce((sum, each) => sum + each.outputTokens, 0),
        });
      }),
    );
  });

  it.each<[string, object, number]>([
    ['says so', { stop_reason: 'refusal' }, 70],
    ['says so in its status', { status: 'declined' }, 70],
    ['wrote something', { stop_reason: 'refusal', output_tokens: 1 }, 0],
    ['wrote to the cache', { stop_reason: 'refusal', cache_creation_input_tokens: 5 }, 0],
    ['only ended', { stop_reason: 'end_turn' }, 0],
  ])('keeps an attempt apart that was declined: one that %s', (_, more, declined) => {
    const attempt = { input_tokens: 70, output_tokens: 0, ...more };
    const answer = { input_tokens: 80, output_tokens: 9 };

    expect(bodyUsage({ usage: { iterations: [attempt, answer] } }).parts).toMatchObject({
      declined,
      counted: { input: declined === 0 ? 150 : 80 },
    });
  });

  it('takes two lists of the same work for one', () => {
    const parts = [{ input_tokens: 5, output_tokens: 5 }];

    expect(bodyUsage({ usage: { steps: parts, attempts: parts } }).parts?.counted.input).toBe(5);
  });

  it('never throws, and reads whole counts only, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (usage) => {
        const { parts } = bodyUsage({ usage });

        expect(Object.values(parts?.counted ?? {}).every((each) => Number.isInteger(each) && each >= 0)).toBe(
          true,
        );
      }),
    );
  });

  it('ends with a body that nests without end', () => {
    const deep = Array.from({ length: 3000 }).reduce<object>(
      (within) => ({ input_tokens: 1, output_tokens: 1, steps: [within] }),
      {},
    );

    expect(bodyUsage({ usage: deep }).parts?.counted.input).toBe(1);
  });
});

describe('OpenAI’s form', () => {
  it('is net of what the cache served and took, whatever of it that was', () => {
    fc.assert(
      fc.property(count, count, count, fc.boolean(), (fresh, cached, written, chat) => {
        const input = fresh + cached + written;
        const details = { cached_tokens: cached, cache_write_tokens: written };
        const usage = chat
          ? { prompt_tokens: input, prompt_tokens_details: details, completion_tokens: 3 }
          : { input_tokens: input, input_tokens_details: details, output_tokens: 3 };

        expect(usageOf({}, { outputBodyJson: { usage } })).toMatchObject({
          input: fresh,
          cacheRead: cached,
          cacheWriteUnclassified: written,
          output: 3,
        });
      }),
    );
  });

  it('whose details are more than the prompt is no part of it: nothing gets negative', () => {
    const usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 900 }, output_tokens: 3 };

    expect(usageOf({}, { outputBodyJson: { usage } })).toMatchObject({ input: 10, cacheRead: 900 });
  });
});
