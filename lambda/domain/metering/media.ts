import { remembered } from '../remembered.ts';
import { at, objectIn, textIn } from './json.ts';

/** A medium that went into a call or came out of it, as far as its bodies show; `document` is a page as a picture. */
export const mediaNames = [
  'text-input',
  'image-input',
  'document-input',
  'audio-input',
  'video-input',
  'text-output',
  'image-output',
  'audio-output',
] as const;
export type Medium = (typeof mediaNames)[number];

/** Families whose prices hang on the medium: of all others nothing is kept, since it decides nothing. */
const byMedium = remembered((modelId: string) => /omni|multimodal|marengo|pegasus/i.test(modelId));

/**
 * Media that the bodies of a call show, sorted, for models that are priced by them; undefined for all others and where no
 * body is there. Only the kinds of the parts are read, never what is in them.
 */
export function mediaIn(
  modelId: unknown,
  requestBody: unknown,
  responseBody: unknown,
): readonly Medium[] | undefined {
  if (typeof modelId !== 'string' || !byMedium(modelId)) return undefined;
  const events = Array.isArray(responseBody) ? responseBody : [responseBody];
  const found = new Set<Medium>([...given(requestBody), ...events.flatMap(answered)]);
  return found.size === 0 ? undefined : mediaNames.filter((name) => found.has(name));
}

function given(request: unknown): readonly Medium[] {
  const embedding = ['singleEmbeddingParams', 'segmentedEmbeddingParams'].map((key) => at(request, key));
  const sources = [request, ...embedding].flatMap((source) => Object.entries(objectIn(source) ?? {}));
  return [
    ...sources.flatMap(([key, value]) => inputs[key]?.(value) ?? []),
    ...(Array.isArray(at(request, 'messages')) ? blocksOf(at(request, 'messages'), 'input') : []),
  ];
}

type Reader = (value: unknown) => readonly Medium[];

const typed: Reader = (value) => {
  const type = textIn(value);
  return type === undefined ? [] : type.split('_').flatMap((word) => mediumOf(word, 'input') ?? []);
};

/** Keys of the requests of Nova's embeddings, Marengo (in both of its forms) and Pegasus. */
const inputs: Readonly<Record<string, Reader | undefined>> = {
  inputType: typed,
  inputText: () => ['text-input'],
  text: () => ['text-input'],
  image: (value) => [at(value, 'detailLevel') === 'DOCUMENT_IMAGE' ? 'document-input' : 'image-input'],
  audio: () => ['audio-input'],
  video: () => ['video-input'],
};

/** Blocks of messages, by the key or the type that names what they are. */
function blocksOf(messages: unknown, side: 'input' | 'output'): readonly Medium[] {
  const list = Array.isArray(messages) ? messages : [messages];
  return list.flatMap((message) => {
    const content = at(message, 'content');
    const blocks = Array.isArray(content) ? content : [];
    return blocks.flatMap((block) =>
      Object.keys(objectIn(block) ?? {}).flatMap((key) => mediumOf(key, side) ?? []),
    );
  });
}

function answered(event: unknown): readonly Medium[] {
  const start = Object.keys(objectIn(at(event, 'contentBlockStart', 'start')) ?? {});
  const delta = Object.keys(objectIn(at(event, 'contentBlockDelta', 'delta')) ?? {});
  return [
    ...blocksOf(at(event, 'output', 'message'), 'output'),
    ...[...start, ...delta].flatMap((key) => mediumOf(key, 'output') ?? []),
  ];
}

function mediumOf(word: string, side: 'input' | 'output'): Medium | undefined {
  const name = `${word.toLowerCase()}-${side}`;
  return mediaNames.find((medium) => medium === name);
}
