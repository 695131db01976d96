import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Invocation, LineReading } from '../../../lambda/domain/metering/invocation.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';

const records = join(import.meta.dirname, 'records');
const names = readdirSync(records)
  .filter((file) => file.endsWith('.input.json'))
  .map((file) => file.slice(0, -'.input.json'.length));
const read = (file: string): unknown => JSON.parse(readFileSync(join(records, file), 'utf8'));

/** One line of JSON, as a log has it. */
const lineOf = (name: string): string => JSON.stringify(read(`${name}.input.json`));

function invocationIn(reading: LineReading): Invocation {
  if (reading.kind !== 'invocation') {
    throw new Error(`Expected an invocation, got ${JSON.stringify(reading)}.`);
  }
  return reading.invocation;
}

describe('readLine', () => {
  it.each(names)('reads %s', (name) => {
    expect(readLine(lineOf(name))).toEqual(read(`${name}.expected.json`));
  });

  it('skips the notice that opens each log stream', () => {
    expect(readLine('Permissions are correctly set for Amazon Bedrock logs.\n')).toEqual({
      kind: 'ignored',
      reason: 'notice',
    });
  });

  it('skips a heartbeat of CloudWatch Logs, where an export holds one', () => {
    const heartbeat = { messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logEvents: [] };

    expect(readLine(JSON.stringify(heartbeat))).toEqual({ kind: 'ignored', reason: 'control' });
    const record = { ...(read('llama.input.json') as object), messageType: 'CONTROL_MESSAGE' };
    expect(readLine(JSON.stringify(record)).kind).toBe('invocation');
  });

  it.each(['', 'not json', '[]', 'null', '"text"', '{"requestId":', '12'])(
    'quarantines the line %j',
    (line) => {
      expect(readLine(line).kind).toBe('quarantined');
    },
  );

  it('reads a record whose keys stand in another order', () => {
    const record = read('converse-body-with-classes-of-cache-write.input.json') as Record<string, unknown>;
    const reversed = Object.fromEntries(Object.entries(record).reverse());

    expect(readLine(JSON.stringify(reversed))).toEqual(readLine(JSON.stringify(record)));
  });

  it('never quotes the line in the reason of a quarantine', () => {
    const line = JSON.stringify({
      requestId: 'r',
      timestamp: 'my secret prompt',
      accountId: '1',
      region: 'r',
      modelId: 'm',
    });

    expect(JSON.stringify(readLine(line))).not.toContain('secret');
  });

  it('keeps nothing of a body but counts and a name', () => {
    const record = read('anthropic-message.input.json') as {
      input?: unknown;
      output: { outputBodyJson: object };
    };
    record.input = { inputBodyJson: { messages: [{ content: 'my secret prompt' }] } };
    Object.assign(record.output.outputBodyJson, { content: [{ text: 'my secret answer' }] });

    expect(JSON.stringify(readLine(JSON.stringify(record)))).not.toContain('secret');
  });
});

describe('readLine against hostile input', () => {
  const mutated = fc
    .record({
      name: fc.constantFrom(...names),
      path: fc.array(fc.nat(5), { maxLength: 4 }),
      value: fc.jsonValue(),
    })
    .map(({ name, path, value }) => JSON.stringify(replaceAt(read(`${name}.input.json`), path, value)));
  const cut = fc
    .record({ name: fc.constantFrom(...names), at: fc.nat(400) })
    .map(({ name, at }) => lineOf(name).slice(0, at));

  it('never throws and lands each line in one bucket with whole, bounded counts', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mutated, cut), (line) => {
        const reading = readLine(line);

        expect(['invocation', 'ignored', 'quarantined']).toContain(reading.kind);
        for (const count of reading.kind === 'invocation' ? countsOf(reading.invocation) : []) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes keys from their own places: copies inside bodies and metadata change nothing', () => {
    const spoof = {
      identity: { arn: 'arn:aws:iam::999999999999:user/victim' },
      accountId: '999999999999',
      requestId: 'spoofed',
      timestamp: '2020-01-01T00:00:00Z',
      errorCode: 'ThrottlingException',
      modelId: 'amazon.nova-micro-v1:0',
      input: { inputTokenCount: 0 },
      output: { outputTokenCount: 0 },
    };
    const places = fc.constantFrom(
      (record: Bag) => ({ ...record, requestMetadata: spoof }),
      (record: Bag) => ({ ...record, input: { ...(record['input'] as Bag), inputBodyJson: spoof } }),
      (record: Bag) => ({ ...record, input: { ...(record['input'] as Bag), identity: spoof.identity } }),
      (record: Bag) => withBody(record, spoof),
      (record: Bag) => withBody(record, { content: [{ text: JSON.stringify(spoof) }] }),
      (record: Bag) => ({ ...record, ['__proto__x']: spoof, constructor: spoof }),
    );
    const name = fc.constantFrom('counts-of-the-envelope', 'anthropic-message', 'llama', 'failed-with-usage');
    fc.assert(
      fc.property(name, places, (fixture, place) => {
        const record = read(`${fixture}.input.json`) as Bag;

        expect(readLine(JSON.stringify(place(record)))).toEqual(readLine(JSON.stringify(record)));
      }),
    );
  });

  it('is not fooled by a prototype given as a key', () => {
    const line = lineOf('no-counts-anywhere').replace(
      '"operation"',
      '"__proto__":{"errorCode":"ThrottlingException","identity":{"arn":"x"}},"operation"',
    );

    expect(readLine(line)).toEqual(readLine(lineOf('no-counts-anywhere')));
  });

  it.each([-1, 1.5, '7', true, null, 1e13, {}, []])('does not take %j for a count', (count) => {
    const record = read('counts-of-the-envelope.input.json') as { output: Bag };
    record.output['outputTokenCount'] = count;

    const { usage, flags } = invocationIn(readLine(JSON.stringify(record)));

    expect(usage?.output).toBe(0);
    expect(flags).toContain('output-uncounted');
  });
});

type Bag = Record<string, unknown>;

function withBody(record: Bag, extra: object): Bag {
  const output = record['output'] as Bag;
  return {
    ...record,
    output: { ...output, outputBodyJson: { ...extra, ...(output['outputBodyJson'] as object) } },
  };
}

function countsOf({ usage }: Invocation): readonly number[] {
  return usage === undefined
    ? []
    : [
        usage.input,
        usage.output,
        usage.cacheRead,
        usage.cacheWriteUnclassified,
        ...Object.values(usage.cacheWrite),
      ];
}

/** Puts `value` at the place that `path` leads to, by position. */
function replaceAt(target: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof target !== 'object' || target === null) {
    return value;
  }
  const keys = Object.keys(target);
  const key = keys[step % Math.max(keys.length, 1)];
  return key === undefined
    ? value
    : Object.assign(target, { [key]: replaceAt((target as Bag)[key], rest, value) });
}
