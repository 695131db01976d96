import type { TargetSpec } from '../../../scripts/local/assembly/local-assembly.ts';
import { targetInput } from '../../../scripts/local/triggers/target-input.ts';

const event = { source: 'aws.s3', detail: { name: 'say "hi"', size: 3, tags: ['a'] } };
const paths = { name: '$.detail.name', size: '$.detail.size', tags: '$.detail.tags', none: '$.detail.none' };
const target = (given: Partial<TargetSpec>) => targetInput(given as TargetSpec, event);
const filled = (InputTemplate: string) =>
  target({ inputTransformer: { InputPathsMap: paths, InputTemplate } });

test('a target without input gets the event, others a constant or a part of it', () => {
  expect(target({})).toBe(event);
  expect(target({ input: '{"a":1}' })).toEqual({ a: 1 });
  expect(target({ inputPath: '$.detail.size' })).toBe(3);
});

test.each([
  [
    'a text with values at its ends and in the middle',
    '"<name> has <size> of <tags>"',
    'say "hi" has 3 of ["a"]',
  ],
  ['a text with quotation marks of its own', '"see \\"<name>\\""', 'see "say "hi""'],
  ['a text whose value is missing', '"it has <none>."', 'it has .'],
  [
    'an object with bare and quoted values',
    '{"n":<name>,"s":<size>,"t":"<size>"}',
    { n: 'say "hi"', s: 3, t: '3' },
  ],
  ['an object with a value inside a text', '{"n":"x <size> y"}', { n: 'x 3 y' }],
])('%s', (_, template, expected) => {
  expect(filled(template)).toEqual(expected);
});
