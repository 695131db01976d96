import fc from 'fast-check';
import { longestLabel, readLabels } from '../../../lambda/domain/metering/labels.ts';
import { readLine } from '../../../lambda/domain/metering/read-line.ts';
import { record } from '../../support/records.ts';

const lineOf = (requestMetadata: unknown) => JSON.stringify({ ...record(), requestMetadata });
function invocationOf(requestMetadata: unknown, keys: readonly string[]) {
  const reading = readLine(lineOf(requestMetadata), keys);
  if (reading.kind !== 'invocation') throw new Error('The record is good, whatever its metadata.');
  return reading.invocation;
}
const labelsOf = (requestMetadata: unknown, ...keys: string[]) => invocationOf(requestMetadata, keys).labels;

describe('labels', () => {
  it('are the configured keys of the metadata, and no others', () => {
    expect(labelsOf({ app: 'chat', tenant: 'acme', prompt: 'secret' }, 'app', 'tenant', 'absent')).toEqual({
      app: 'chat',
      tenant: 'acme',
    });
  });

  it('are none unless a key is configured', () => {
    expect(labelsOf({ app: 'chat' })).toBeUndefined();
  });

  it.each<[string, unknown, string | undefined]>([
    ['a long text', 'x'.repeat(1000), 'x'.repeat(longestLabel)],
    ['pictographs, of which none is cut in half', '🙂'.repeat(100), '🙂'.repeat(longestLabel)],
    ['lines and control characters', ' a\n\tb\u0000c\u202e ', 'a b c'],
    ['half a surrogate', 'a\ud800b', 'a b'],
    ['two spellings of one name', 'Zoe\u0308', 'Zoë'],
    ['nothing', '  \n ', undefined],
    ['a number', 7, undefined],
    ['a list', ['a'], undefined],
    ['null', null, undefined],
  ])('of %s are clean and short', (_, value, expected) => {
    expect(labelsOf({ app: value }, 'app')?.['app']).toBe(expected);
  });

  it.each([['metadata'], [[]], [null], [42], [{ app: { app: 'nested' } }]])(
    'are none where the metadata is %j',
    (metadata) => {
      expect(labelsOf(metadata, 'app')).toBeUndefined();
    },
  );

  it('are taken from the place of the metadata only', () => {
    const line = JSON.stringify({ ...record(), app: 'root', input: { requestMetadata: { app: 'input' } } });

    expect(readLabels(JSON.parse(line), ['app'])).toBeUndefined();
  });

  it('of 10,000 keys, prototype names among them, are the one that was asked for', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key-${index}`, 'x']));
    const line = lineOf({ ...many, app: 'chat' }).replace('"app"', '"__proto__":{"tenant":"spoofed"},"app"');
    const reading = readLine(line, ['app', 'tenant', '__proto__', 'constructor']);

    expect(reading).toMatchObject({ kind: 'invocation', invocation: { labels: { app: 'chat' } } });
    expect(Object.keys((reading as { invocation: { labels: object } }).invocation.labels)).toEqual(['app']);
  });

  it('whatever the metadata, never change anything else that is read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (metadata) => {
        const base = { ...record(), requestId: 'same' };
        const { labels: _, ...rest } = (
          readLine(JSON.stringify({ ...base, requestMetadata: metadata }), ['a', 'b']) as {
            invocation: { labels?: object };
          }
        ).invocation;

        expect({ kind: 'invocation', invocation: rest }).toEqual(readLine(JSON.stringify(base)));
      }),
    );
  });

  it('are at most so long, well-formed and on one line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
        const label = labelsOf({ app: value }, 'app')?.['app'] ?? 'none';

        expect([...label].length).toBeLessThanOrEqual(longestLabel);
        expect(label.isWellFormed()).toBe(true);
        expect(label).not.toMatch(/[\p{Cc}\p{Cf}\n]/u);
      }),
    );
  });
});
