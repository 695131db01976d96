import { at, countIn } from './json.ts';

export interface BodyImages {
  readonly images?: number;
  readonly imageClass?: string;
}

/** A request cannot make more; what is above is no count of images. */
const mostImages = 100;
const tinySide = 512;
const smallSide = 1024;

/** Images that a call made, and the size and quality that price them. The pictures themselves are not looked at. */
export function bodyImages(requestBody: unknown, responseBody: unknown): BodyImages {
  const config = at(requestBody, 'imageGenerationConfig');
  const made = listLength(at(responseBody, 'images')) ?? listLength(at(responseBody, 'artifacts'));
  const asked = countIn(at(config, 'numberOfImages'));
  const images = made ?? asked ?? (config === undefined ? undefined : 1);
  if (images === undefined || images > mostImages) {
    return {};
  }
  return config === undefined ? { images } : { images, imageClass: imageClass(config) };
}

/** Defaults are the service's own: 1024 by 1024 in standard quality. */
function imageClass(config: unknown): string {
  const width = countIn(at(config, 'width')) ?? smallSide;
  const height = countIn(at(config, 'height')) ?? smallSide;
  const longest = Math.max(width, height);
  const size = longest <= tinySide ? '512' : longest <= smallSide ? '1024' : '2048';
  return `${size}-${at(config, 'quality') === 'premium' ? 'premium' : 'standard'}`;
}

function listLength(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}
