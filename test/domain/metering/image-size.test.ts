import fc from 'fast-check';
import { imageSize } from '../../../lambda/domain/metering/image-size.ts';

const side = fc.integer({ min: 1, max: 65_535 });

function png(width: number, height: number): string {
  const head = Buffer.alloc(24);
  head.write('89504e470d0a1a0a0000000d49484452', 'hex');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head.toString('base64');
}

/** With as much before its frame as a camera writes. */
function jpeg(width: number, height: number, before: number): string {
  const frame = Buffer.alloc(10);
  frame.write('ffc2000b08', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const notes = Buffer.alloc(before);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(before + 2);
  return Buffer.concat([Buffer.from('ffd8ffe1', 'hex'), length, notes, frame]).toString('base64');
}

describe('the size of a picture', () => {
  it('is read from the head of a PNG and of a JPEG', () => {
    fc.assert(
      fc.property(side, side, fc.nat(60_000), (width, height, before) => {
        expect(imageSize(png(width, height))).toEqual({ width, height });
        expect(imageSize(`data:image/png;base64,${png(width, height)}`)).toEqual({ width, height });
        expect(imageSize(jpeg(width, height, before))).toEqual({ width, height });
      }),
      { numRuns: 50 },
    );
  });

  it('is unknown of anything else, and reading it ends', () => {
    expect(imageSize(png(0, 5))).toBeUndefined();
    expect(imageSize(undefined)).toBeUndefined();
    fc.assert(
      fc.property(fc.base64String(), fc.uint8Array({ maxLength: 200 }), (text, bytes) => {
        expect(imageSize(text)?.width).not.toBe(0);
        const head = Buffer.concat([Buffer.from('ffd8ff', 'hex'), bytes]);
        expect(imageSize(head.toString('base64'))?.height).not.toBe(0);
      }),
    );
  });
});
