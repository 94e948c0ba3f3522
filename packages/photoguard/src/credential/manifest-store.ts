// The bytes of a photo's credential: C2PA's manifest store, as PNG, JPEG and WebP hold it.

/** The manifest store of a file (`application/c2pa`); undefined where there is none. */
export function readManifestStore(file: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const parts =
    bytes.readUInt16BE(0) === 0xffd8
      ? inJpeg(bytes)
      : bytes.toString('latin1', 1, 4) === 'PNG'
        ? inPng(bytes)
        : inWebp(bytes);
  const store = Buffer.concat(parts);
  return store.length > 0 ? store : undefined;
}

function inPng(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'caBX')
      found.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  return found;
}

function inWebp(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'C2PA') found.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return found;
}

// APP11 segments: `JP`, an instance, a number from 1; all but the first repeat the head of the box, 8 bytes.
function inJpeg(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda) break;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker === 0xeb && bytes.toString('latin1', at + 4, at + 6) === 'JP' && end - at > 20)
      found.push(bytes.subarray(at + 12 + (bytes.readUInt32BE(at + 8) === 1 ? 0 : 8), end));
    at = end;
  }
  return found;
}
