import fc from 'fast-check';
import { serverTools } from '../../../lambda/domain/metering/server-tools.ts';

const converse = (blocks: readonly object[]) => ({ output: { message: { content: blocks } } });
const search = (toolUseId: string, name = 'nova_grounding') => ({
  toolUse: { toolUseId, name, type: 'server_tool_use', input: {} },
});

describe('tools that the service ran', () => {
  it.each<[string, unknown, object | undefined]>([
    [
      'Anthropic’s block',
      { content: [{ type: 'server_tool_use', id: 'a', name: 'web_fetch' }] },
      { web_fetch: 1 },
    ],
    [
      'an item of OpenAI’s Responses',
      {
        output: [
          { type: 'web_search_call', id: 'ws' },
          { type: 'function_call', id: 'f', name: 'web_search' },
        ],
      },
      { web_search: 1 },
    ],
    [
      'a stream’s item and its whole response, told once',
      [
        { type: 'response.output_item.done', item: { type: 'file_search_call', id: 'x' } },
        { type: 'response.completed', response: { output: [{ type: 'file_search_call', id: 'x' }] } },
      ],
      { file_search: 1 },
    ],
    [
      'a count above the blocks',
      { content: [], usage: { server_tool_use: { web_search_requests: 4 } } },
      { web_search: 4 },
    ],
    [
      'a request and its result, told once',
      converse([
        search('a', 'amazon.nova_grounding'),
        { toolResult: { toolUseId: 'a', type: 'nova_grounding_result' } },
      ]),
      { nova_grounding: 1 },
    ],
    [
      'a result alone',
      converse([{ toolResult: { toolUseId: 'a', type: 'nova_grounding_result' } }]),
      { nova_grounding: 1 },
    ],
    ['counts of nothing', { usage: { server_tool_use: { web_search_requests: 0 } } }, undefined],
    ['a name that is none', converse([search('a', 'x'.repeat(100))]), undefined],
    [
      'documents cited',
      converse([{ citationsContent: { citations: [{ location: { documentChar: {} } }] } }]),
      undefined,
    ],
    ['no body', undefined, undefined],
    ['a text', '[DONE]', undefined],
  ])('are read from %s', (_, body, expected) => {
    expect(serverTools(body)).toEqual(expected);
  });

  it('are counted by their ids: a request told twice is one', () => {
    const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ids, (used) => {
        expect(serverTools(converse(used.map((id) => search(id))))).toEqual({
          nova_grounding: new Set(used).size,
        });
      }),
    );
  });

  it('are of twenty names at most', () => {
    const names = Array.from({ length: 90 }, (_, index) => search(`${index}`, `tool_${index}`));

    expect(Object.keys(serverTools(converse(names)) ?? {})).toHaveLength(20);
  });
});
