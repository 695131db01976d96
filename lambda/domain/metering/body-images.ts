import { at, countIn, textIn } from './json.ts';

export interface BodyImages {
  readonly images?: number;
  readonly imageClass?: string;
}

/** A request cannot make more; what is above is no count of images. */
const mostImages = 100;
const tinySide = 512;
const smallSide = 1024;
/** Stable Diffusion XL is dearer above so many steps. */
const standardSteps = 50;

/** Images that a call made, and the size and quality that price them. The pictures themselves are not looked at. */
export function bodyImages(requestBody: unknown, responseBody: unknown): BodyImages {
  const made = imagesIn(responseBody) ?? embedded(requestBody, responseBody);
  const asked = askedFor(requestBody);
  const images = made ?? asked.images;
  if (images === undefined || images > mostImages) {
    return {};
  }
  return { images, ...(asked.imageClass !== undefined && { imageClass: asked.imageClass }) };
}

/** Whether the response is one of images. */
export const answeredWithImages = (responseBody: unknown): boolean => imagesIn(responseBody) !== undefined;

function imagesIn(responseBody: unknown): number | undefined {
  const made = listLength(at(responseBody, 'images')) ?? listLength(at(responseBody, 'artifacts'));
  // A filter of the model's own took them all.
  const refused = at(responseBody, 'images') === null && textIn(at(responseBody, 'error')) !== undefined;
  return made ?? (refused ? 0 : undefined);
}

/** An embedding is of a text, of a picture, or of both: of a picture it costs something more. */
function embedded(request: unknown, response: unknown): number | undefined {
  if (at(response, 'embedding') === undefined || at(request, 'inputText') === undefined) {
    return typeof at(request, 'inputImage') === 'string' ? 1 : undefined;
  }
  return typeof at(request, 'inputImage') === 'string' ? 1 : 0;
}

/** What a request asks for. Where it leaves the number open, services make one. */
function askedFor(request: unknown): BodyImages {
  const config = at(request, 'imageGenerationConfig');
  if (config !== undefined) {
    const premium = at(config, 'quality') === 'premium';
    return { images: atLeastOne(at(config, 'numberOfImages')), imageClass: imageClass(config, premium) };
  }
  if (Array.isArray(at(request, 'text_prompts'))) {
    const premium = (countIn(at(request, 'steps')) ?? 0) > standardSteps;
    return { images: atLeastOne(at(request, 'samples')), imageClass: imageClass(request, premium) };
  }
  // Removing a background has no configuration.
  return at(request, 'taskType') === 'BACKGROUND_REMOVAL' ? { images: 1 } : {};
}

/** Defaults are the service's own: 1024 by 1024 in standard quality. */
function imageClass(config: unknown, premium: boolean): string {
  const width = countIn(at(config, 'width')) ?? smallSide;
  const height = countIn(at(config, 'height')) ?? smallSide;
  const longest = Math.max(width, height);
  const size = longest <= tinySide ? '512' : longest <= smallSide ? '1024' : '2048';
  return `${size}-${premium ? 'premium' : 'standard'}`;
}

const atLeastOne = (asked: unknown): number => Math.max(1, countIn(asked) ?? 1);

function listLength(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}
