import { constants, gunzipSync } from 'node:zlib';

export interface UnpackedFile {
  /** All that can be unpacked. */
  readonly bytes: Buffer;
  /** Why it is not all that was packed. */
  readonly damage: string | undefined;
}

/** The content of a file: gunzipped where its first bytes say gzip, because suffixes lie, as far as it can be. */
export function unpackFile(packed: Buffer): UnpackedFile {
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return { bytes: packed, damage: undefined };
  try {
    return { bytes: gunzipSync(packed), damage: undefined };
  } catch (error) {
    return { bytes: readablePart(packed), damage: (error as Error).message };
  }
}

/** zlib tells nothing of what came before a fault, so the longest beginning without one is looked for. */
function readablePart(packed: Buffer): Buffer {
  let best: Buffer = Buffer.alloc(0);
  for (let low = 0, high = packed.length; low < high; ) {
    const length = Math.ceil((low + high) / 2);
    const unpacked = beginning(packed, length);
    if (unpacked === undefined) high = length - 1;
    else {
      best = unpacked;
      low = length;
    }
  }
  return best;
}

function beginning(packed: Buffer, length: number): Buffer | undefined {
  try {
    return gunzipSync(packed.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}
