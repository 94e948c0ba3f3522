/*
 * Blocks of metadata with a picture hidden in them, for tests: every place that cameras and editors put previews in. The
 * picture is a whole JPEG with a mark in its comment, so that any copy of it can be found.
 */
import { testImage } from '../../../../../tests/support/photos.ts';
import { concat, latin1, uint32 } from '../bytes.ts';

/** Text inside the hidden picture; three characters a group, so that base64 shows it whole at any place. */
export const MARK = 'UNPROTECTEDUNPROTECTED';

/** A JPEG with the mark in it. */
export async function hiddenPicture(): Promise<Uint8Array> {
  const jpeg = await testImage(24, 16).jpeg().toBuffer();
  return concat([jpeg.subarray(0, 2), jpegSegment(0xfe, latin1(MARK)), jpeg.subarray(2)]);
}

/** A JPEG segment. */
export const jpegSegment = (marker: number, payload: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(0xff, marker, (payload.length + 2) >>> 8, payload.length + 2), payload]);

/** An image resource of Photoshop. */
export const resource = (id: number, data: Uint8Array): Uint8Array =>
  concat([
    latin1('8BIM'),
    Uint8Array.of(id >>> 8, id, 0, 0),
    uint32(data.length),
    data,
    new Uint8Array(data.length & 1),
  ]);

/** A dataset of IPTC's record; with a wide length where it is long. */
export function dataset(record: number, number: number, data: Uint8Array): Uint8Array {
  const length =
    data.length < 0x8000 ? uint32(data.length).subarray(2) : concat([Uint8Array.of(0x80, 4), uint32(data.length)]);
  return concat([Uint8Array.of(0x1c, record, number), length, data]);
}

/** An XMP packet with some attributes and properties in its description. */
export const xmpWith = (attributes: string, properties: string): Uint8Array =>
  latin1(
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ' +
      'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/" ' +
      'xmlns:GImage="http://ns.google.com/photos/1.0/image/" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
      `xmp:CreatorTool="A tool" ${attributes}>${properties}<dc:format>image/jpeg</dc:format></rdf:Description>` +
      '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  );

/** Base64 in lines, as XMP has it. */
export const base64 = (bytes: Uint8Array, lines = '&#xA;'): string =>
  Buffer.from(bytes).toString('base64').replace(/.{76}/g, `$&${lines}`);

/** A directory of EXIF: tag, type (1 bytes, 2 ASCII, 4 long, 7 anything), values. */
export type Entry = readonly [tag: number, type: 1 | 2 | 4 | 7, value: number | Uint8Array | Place];

/** Where something else of the same EXIF begins: a block or a directory, by its index. */
export interface Place {
  readonly directory?: number;
  readonly block?: number;
}

/**
 * EXIF of directories (the second of which follows the first in the chain) and blocks that lie after them.
 */
export function makeExif(
  directories: readonly (readonly Entry[])[],
  blocks: readonly Uint8Array[] = [],
  chained = true,
): Uint8Array {
  let end = 8;
  const directoryAt = directories.map((entries) => (end += 6 + 12 * entries.length) - 6 - 12 * entries.length);
  const place = (block: Uint8Array): number =>
    (end += block.length + (block.length & 1)) - block.length - (block.length & 1);
  const blockAt = blocks.map(place);
  const long: [number, Uint8Array][] = blocks.map((block, i) => [blockAt[i]!, block]);
  const parts: [number, Uint8Array][] = directories.map((entries, i) => {
    const data = new DataView(new ArrayBuffer(6 + 12 * entries.length));
    data.setUint16(0, entries.length, true);
    entries.forEach(([tag, type, value], j) => {
      const at = 2 + 12 * j;
      data.setUint16(at, tag, true);
      data.setUint16(at + 2, type, true);
      data.setUint32(at + 4, value instanceof Uint8Array ? value.length : 1, true);
      if (value instanceof Uint8Array) {
        const where = place(value);
        long.push([where, value]);
        data.setUint32(at + 8, where, true);
      } else if (typeof value === 'number') data.setUint32(at + 8, value, true);
      else
        data.setUint32(
          at + 8,
          value.block === undefined ? directoryAt[value.directory!]! : blockAt[value.block]!,
          true,
        );
    });
    if (i === 0 && chained && directories.length > 1) data.setUint32(2 + 12 * entries.length, directoryAt[1]!, true);
    return [directoryAt[i]!, new Uint8Array(data.buffer)];
  });
  const exif = new Uint8Array(end);
  exif.set(latin1('II*\0\x08\0\0\0'));
  for (const [at, bytes] of [...parts, ...long]) exif.set(bytes, at);
  return exif;
}
