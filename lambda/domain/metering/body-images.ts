import { imageSize } from './image-size.ts';
import { at, countIn, objectIn, textIn } from './json.ts';

export interface BodyImages {
  readonly images?: number;
  readonly imageClass?: string;
  /** The number is what the request asks for: the answer is not there to tell what was made. */
  readonly imagesAsked?: true;
}

/** A request cannot make more; what is above is no count of images. */
const mostImages = 100;
const tinySide = 512;
const smallSide = 1024;
/** Stable Diffusion XL is more expensive above so many steps. */
const standardSteps = 50;

/**
 * Images that a call made, or that an embedding is of, and the size and quality that price them. Of a picture the header
 * alone is read, for its size.
 */
export function bodyImages(requestBody: unknown, responseBody: unknown): BodyImages {
  if (requestBody === undefined && responseBody === undefined) return {};
  const made = isEmbedding(responseBody) ? undefined : madeIn(responseBody);
  // What the answer holds, no request can talk away.
  const given = made === undefined ? embeds(requestBody, responseBody) : undefined;
  if (given !== undefined) return given;
  const asked = askedFor(requestBody, firstMade(responseBody));
  const images = made ?? asked.images;
  if (images === undefined || images > mostImages) {
    return {};
  }
  return {
    images,
    ...(asked.imageClass !== undefined && { imageClass: asked.imageClass }),
    ...(made === undefined && { imagesAsked: true }),
  };
}

/** Whether the response is one of images, so that no tokens are missed in it. */
export const answeredWithImages = (responseBody: unknown): boolean =>
  !isEmbedding(responseBody) && madeIn(responseBody) !== undefined;

/** Whether all that was embedded were pictures, so that no tokens are missed. */
export const embeddedPicturesOnly = (requestBody: unknown, responseBody: unknown): boolean =>
  isEmbedding(responseBody) &&
  !hasEntries(at(responseBody, 'texts')) &&
  !hasEntries(at(requestBody, 'texts')) &&
  (hasEntries(at(responseBody, 'images')) || hasEntries(at(requestBody, 'images')));

/** An embedding, of one thing or of a list. */
export const isEmbedding = (responseBody: unknown): boolean =>
  at(responseBody, 'embedding') !== undefined || at(responseBody, 'embeddings') !== undefined;

function madeIn(responseBody: unknown): number | undefined {
  const images = at(responseBody, 'images');
  const reasons = at(responseBody, 'finish_reasons');
  // A list that describes pictures tells nothing of what was made.
  if (Array.isArray(images) && !images.some(isDescription)) return images.filter(isPicture).length;
  const artifacts = at(responseBody, 'artifacts');
  if (Array.isArray(artifacts)) return artifacts.length;
  // A filter of the model's own took them all.
  if (images === null && textIn(at(responseBody, 'error')) !== undefined) return 0;
  // Stability gives a reason for each picture that a filter took, and null for each that was made.
  return images === undefined && hasEntries(reasons)
    ? reasons.filter((reason) => reason === null).length
    : undefined;
}

/** `{ width, height, format }` describes a picture; what holds data, or names where it lies, is one. */
const isDescription = (entry: unknown): boolean =>
  typeof at(entry, 'width') === 'number' &&
  !Object.values(objectIn(entry) ?? {}).some((value) => typeof value === 'object' || isData(value));
const isData = (value: unknown): boolean => typeof value === 'string' && value.length > longestWord;
/** Of a description, such as a format. */
const longestWord = 16;

const isPicture = (entry: unknown): boolean =>
  objectIn(entry) === undefined ? textIn(entry) !== undefined : !isDescription(entry);

const hasEntries = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;

/** An embedding is of texts, of pictures, or of both: of a picture it costs something more. */
function embeds(request: unknown, response: unknown): BodyImages | undefined {
  const isOne = typeof at(request, 'inputImage') === 'string';
  if (at(request, 'inputText') !== undefined && at(response, 'embedding') !== undefined) {
    return { images: isOne ? 1 : 0 };
  }
  // Where no embedding is there to tell, it is what was asked for.
  const asked = isEmbedding(response) ? {} : { imagesAsked: true as const };
  if (isOne) return { images: 1, ...asked };
  const described = at(response, 'images');
  const given = at(request, 'images');
  // Cohere describes the pictures beside their embeddings; of a request alone its purpose tells that it embeds.
  if (!isEmbedding(response) && at(request, 'input_type') === undefined) return undefined;
  const pictures = hasEntries(described) ? described : given;
  return hasEntries(pictures) && pictures.length <= mostImages
    ? { images: pictures.length, ...asked }
    : undefined;
}

/** What a request asks for. Where it leaves the number open, services make one. */
function askedFor(request: unknown, made: unknown): BodyImages {
  const config = at(request, 'imageGenerationConfig');
  const edited = edits[textIn(at(request, 'taskType')) ?? ''];
  if (edited !== undefined) {
    const source = edited.map((key) => at(request, ...key.split('.'))).find((value) => value !== undefined);
    const images = atLeastOne(at(config, 'numberOfImages'));
    return { images, imageClass: editClass(at(config, 'quality'), imageSize(made) ?? imageSize(source)) };
  }
  if (config !== undefined) {
    const premium = at(config, 'quality') === 'premium';
    return {
      images: atLeastOne(at(config, 'numberOfImages')),
      imageClass: imageClass({ ...objectIn(config), ...imageSize(made) }, premium),
    };
  }
  if (Array.isArray(at(request, 'text_prompts'))) {
    const premium = (countIn(at(request, 'steps')) ?? 0) > standardSteps;
    return { images: atLeastOne(at(request, 'samples')), imageClass: imageClass(request, premium) };
  }
  return {};
}

/** Tasks that change a picture and keep its size, and where their request holds it. */
const edits: Readonly<Record<string, readonly string[] | undefined>> = {
  INPAINTING: ['inPaintingParams.image'],
  OUTPAINTING: ['outPaintingParams.image'],
  BACKGROUND_REMOVAL: ['backgroundRemovalParams.image'],
  VIRTUAL_TRY_ON: ['virtualTryOnParams.sourceImage'],
};

/** An edit has the size of its source; of unknown size it is `?`, the most expensive of its quality. */
function editClass(quality: unknown, size: { width: number; height: number } | undefined): string {
  const premium = quality === 'premium';
  return size === undefined ? `?-${qualityOf(premium)}` : imageClass(size, premium);
}

/** Defaults are the service's own: 1024 by 1024 in standard quality. */
function imageClass(config: unknown, premium: boolean): string {
  const width = countIn(at(config, 'width')) ?? smallSide;
  const height = countIn(at(config, 'height')) ?? smallSide;
  const longest = Math.max(width, height);
  const size = longest <= tinySide ? '512' : longest <= smallSide ? '1024' : '2048';
  return `${size}-${qualityOf(premium)}`;
}

const qualityOf = (premium: boolean) => (premium ? 'premium' : 'standard');

const atLeastOne = (asked: unknown): number => Math.max(1, countIn(asked) ?? 1);

/** The first picture of the answer: all of one call are of one size. */
function firstMade(responseBody: unknown): unknown {
  const images = at(responseBody, 'images');
  return Array.isArray(images) ? images.find(isPicture) : undefined;
}
