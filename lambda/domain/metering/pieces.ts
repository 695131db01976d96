import { bodyImages } from './body-images.ts';
import type { Usage } from './invocation.ts';
import { at, countIn, type JsonObject } from './json.ts';
import { mediaIn } from './media.ts';
import { serverTools } from './server-tools.ts';

/**
 * What is paid by the piece and not by the token: images, video, ranked documents, searches, tools that the service ran;
 * and the media that decide what a token or a second costs. Absent where nobody tells.
 */
export type Pieces = Pick<
  Usage,
  'images' | 'imageClass' | 'imagesAsked' | 'video' | 'documents' | 'searches' | 'media' | 'tools'
>;

/** A day of video: what is above it is no length. */
const longestVideoMs = 86_400_000;
/** What a ranking call takes at most. */
const mostDocuments = 1_000;

export function pieces(record: JsonObject, requestBody: unknown, responseBody: unknown): Pieces {
  const video = videoIn(record);
  // Without bodies nothing else is told.
  if (requestBody === undefined && responseBody === undefined) return video === undefined ? {} : { video };
  const documents = documentsIn(requestBody);
  const searches = searchesIn(responseBody);
  const media = mediaIn(at(record, 'modelId'), requestBody, responseBody);
  const tools = serverTools(responseBody);
  return {
    ...bodyImages(requestBody, responseBody),
    ...(video !== undefined && { video }),
    ...(documents !== undefined && { documents }),
    ...(searches !== undefined && { searches }),
    ...(media !== undefined && { media }),
    ...(tools !== undefined && { tools }),
  };
}

/** The record tells seconds as a fraction, and the picture's size. */
function videoIn(record: JsonObject): Usage['video'] {
  const seconds = at(record, 'output', 'outputVideoDurationSeconds');
  const milliseconds = typeof seconds === 'number' ? Math.round(seconds * 1000) : Number.NaN;
  if (!(milliseconds > 0 && milliseconds <= longestVideoMs)) return undefined;
  const width = countIn(at(record, 'output', 'outputVideoWidth'));
  const height = countIn(at(record, 'output', 'outputVideoHeight'));
  // A video on its side has the lines of one that stands upright.
  const lines = width === undefined || height === undefined ? height : Math.min(width, height);
  return { milliseconds, ...(lines !== undefined && { height: lines }) };
}

function documentsIn(requestBody: unknown): number | undefined {
  const documents = at(requestBody, 'documents');
  const ranks = at(requestBody, 'query') !== undefined && Array.isArray(documents);
  return ranks && documents.length > 0 && documents.length <= mostDocuments ? documents.length : undefined;
}

/** Cohere's answer tells the searches that it bills. */
function searchesIn(responseBody: unknown): number | undefined {
  const searches = countIn(at(responseBody, 'meta', 'billed_units', 'search_units'));
  return searches !== undefined && searches > 0 && searches <= mostDocuments ? searches : undefined;
}
