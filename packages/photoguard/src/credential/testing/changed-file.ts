// Files that were changed after signing, as somebody would who knows their format: everything else is in order.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** The file with one pixel changed, or one bit of what pixels are coded as. */
export function changedPixel(file: Uint8Array, format: string): Buffer {
  const copy = Buffer.from(file);
  if (format === 'png') return changedPng(copy);
  let at = format === 'webp' ? copy.indexOf('VP8L') + 400 : copy.length - 200;
  while (copy[at]! >= 0xfe || copy[at - 1] === 0xff) at++; // no marker of JPEG
  copy[at]! ^= 1;
  return copy;
}

/** The file with the checksums of a PNG put right; other formats have none. */
export function withChecksums(file: Uint8Array): Buffer {
  if (file[1] !== 0x50) return Buffer.from(file);
  return joined(chunksOf(Buffer.from(file)));
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function changedPng(file: Buffer): Buffer {
  const chunks = chunksOf(file);
  const coded = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])));
  const pixels = inflateSync(coded);
  pixels[pixels.length - 2]! ^= 1;
  const at = chunks.findIndex(({ type }) => type === 'IDAT');
  const others = chunks.filter(({ type }) => type !== 'IDAT');
  return joined(others.toSpliced(at, 0, { type: 'IDAT', data: deflateSync(pixels) }));
}

function chunksOf(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function joined(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}
