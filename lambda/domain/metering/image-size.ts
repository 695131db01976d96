/** Width and height of a picture, in pixels. */
interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A JPEG's size stands after what a camera wrote into it; a picture whose size stands later is of unknown size. */
const longestHead = 131_072;
const pngSignature = '89504e470d0a1a0a';
/** Frames of JPEG (SOF0 to SOF15); three numbers of that range mean something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Size of a PNG or a JPEG given as base64, by its header alone: the picture itself is not decoded or kept. */
export function imageSize(base64: unknown): ImageSize | undefined {
  if (typeof base64 !== 'string') return undefined;
  const head = Buffer.from(base64.slice(base64.indexOf(',') + 1, longestHead), 'base64');
  const size = head.toString('hex', 0, 8) === pngSignature ? pngSize(head) : jpegSize(head);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

const pngSize = (head: Buffer): ImageSize | undefined =>
  head.length < 24 ? undefined : { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };

function jpegSize(head: Buffer): ImageSize | undefined {
  if (head.length < 4 || head.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= head.length && head[at] === 0xff; at += 2 + head.readUInt16BE(at + 2)) {
    if (isFrame(head[at + 1] ?? 0)) {
      return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    }
  }
  return undefined;
}
