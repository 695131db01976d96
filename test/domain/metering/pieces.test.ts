import { pieces } from '../../../lambda/domain/metering/pieces.ts';

const video = (output: object) => pieces({ output }, undefined, undefined).video;

describe('a video', () => {
  it.each([
    [{ outputVideoDurationSeconds: 6 }, { milliseconds: 6000 }],
    [
      { outputVideoDurationSeconds: 6.04, outputVideoHeight: 720, outputVideoWidth: 1280 },
      { milliseconds: 6040, height: 720 },
    ],
    [
      { outputVideoDurationSeconds: 5, outputVideoHeight: 960, outputVideoWidth: 540 },
      { milliseconds: 5000, height: 540 },
    ],
  ])('of %j is %j', (output, expected) => {
    expect(video(output)).toEqual(expected);
  });

  it.each([0, -1, 1e9, '6', null, true, Number.NaN])('of %j seconds is none', (seconds) => {
    expect(video({ outputVideoDurationSeconds: seconds })).toBeUndefined();
  });
});

describe('ranked documents', () => {
  it.each<[object, number | undefined]>([
    [{ query: 'q', documents: ['a', 'b'] }, 2],
    [{ query: 'q', documents: [] }, undefined],
    [{ query: 'q', documents: Array.from({ length: 1001 }, () => 'd') }, undefined],
    [{ message: 'a chat with documents', documents: ['a'] }, undefined],
    [{ query: 'q', documents: 'a' }, undefined],
  ])('are counted in a request that ranks (%#)', (request, expected) => {
    expect(pieces({}, request, undefined).documents).toBe(expected);
  });
});

describe('images that a request asks for', () => {
  it.each<[string, object, unknown, object]>([
    [
      'by SDXL’s samples and steps',
      { text_prompts: [{}], samples: 2, steps: 60 },
      undefined,
      { images: 2, imageClass: '1024-premium', imagesAsked: true },
    ],
    [
      'one where the number is left open',
      { text_prompts: [{}], width: 512, height: 512 },
      undefined,
      { images: 1, imageClass: '512-standard', imagesAsked: true },
    ],
    [
      'one for a background removed, of unknown size',
      { taskType: 'BACKGROUND_REMOVAL' },
      undefined,
      { images: 1, imageClass: '?-standard', imagesAsked: true },
    ],
    [
      'never none',
      { imageGenerationConfig: { numberOfImages: 0 } },
      undefined,
      { images: 1, imageClass: '1024-standard', imagesAsked: true },
    ],
    [
      'the one that an embedding is of',
      { inputText: 'a', inputImage: 'b64' },
      { embedding: [0] },
      { images: 1 },
    ],
    ['none of an embedding of text', { inputText: 'a' }, { embedding: [0] }, { images: 0 }],
    ['none of a text model', { inputText: 'a' }, { results: [] }, {}],
    ['none of an embedding of several media', { taskType: 'SINGLE_EMBEDDING' }, undefined, {}],
  ])('are %s', (_, request, response, expected) => {
    expect(pieces({}, request, response)).toEqual(expected);
  });
});
