/** Where a map's key says that its prices hold. */
export interface MapKey {
  /** The model or profile id, as a caller would spell it. */
  readonly name: string;
  /** Undefined where the key names none. */
  readonly region: string | undefined;
  /** Capacity that is bought by the month. */
  readonly commitment: boolean;
  /** Class of picture that the key names: `1024-standard`. */
  readonly picture: string | undefined;
}

const regionShape = /^[a-z]{2,3}(?:-[a-z]+)+-\d{1,2}$/;
const sizeShape = /^(\d+)-x-\d+$/;
const stepsShape = /^(?:\d+|max)-steps$/;
const commitmentShape = /^\d+-month-commitment$/;
const routes = new Set([
  'bedrock',
  'bedrock_converse',
  'bedrock_mantle',
  'converse',
  'converse_like',
  'invoke',
  '*',
]);

/**
 * Takes a key apart: `bedrock/us-gov-west-1/anthropic.claude-…`, `us.anthropic.claude-…`,
 * `512-x-512/max-steps/stability.…`, `bedrock/us-west-2/1-month-commitment/cohere.…`.
 */
export function readMapKey(key: string): MapKey {
  const parts = key.split('/');
  const [, side] = parts.map((part) => sizeShape.exec(part)).find((found) => found !== null) ?? [];
  const premium = parts.includes('max-steps') ? 'premium' : 'standard';
  const name = parts.filter((part) => !isPlace(part)).join('/');
  return {
    // Some keys of GovCloud leave the maker out.
    name: /^claude-/.test(name) ? `anthropic.${name}` : name,
    region: parts.find((part) => regionShape.test(part)),
    commitment: parts.some((part) => commitmentShape.test(part)),
    picture: side === undefined ? undefined : `${side}-${premium}`,
  };
}

const isPlace = (part: string): boolean =>
  routes.has(part) || [regionShape, sizeShape, stepsShape, commitmentShape].some((shape) => shape.test(part));
