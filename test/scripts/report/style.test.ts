import { style } from '../../../scripts/report/style.ts';

const schemes = style.split('@media (prefers-color-scheme: dark)').map((part) => {
  const block = part.slice(0, part.indexOf('}'));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
});

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colours: ReadonlyMap<string, string>, one: string, other: string): number {
  const [low = 0, high = 0] = [one, other]
    .map((name) => luminance(colours.get(name) ?? '#missing'))
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const texts = [
  ...['ink', 'muted', 'accent', 'good', 'near', 'over'].map((text) => [text, 'card']),
  ...['ink', 'muted', 'accent'].map((text) => [text, 'page']),
  ...['accent', 'good', 'near', 'over'].map((text) => [text, `${text}-soft`]),
] as [string, string][];
const shapes = [1, 2, 3, 4, 5, 6].map((n) => [`series-${n}`, 'card'] as const);

describe.each([
  ['light', schemes[0]],
  ['dark', schemes[1]],
])('contrasts of the %s scheme', (_, colours = new Map()) => {
  it.each(texts)('of text: %s on %s', (text, behind) => {
    expect(contrast(colours, text, behind)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(shapes)('of bars and lines: %s on %s', (shape, behind) => {
    expect(contrast(colours, shape, behind)).toBeGreaterThanOrEqual(3);
  });
});
