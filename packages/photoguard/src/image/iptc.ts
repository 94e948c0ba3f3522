/*
 * IPTC as files hold it: either Photoshop's image resources (`8BIM` blocks, of which one is the IPTC record) or only
 * that record (IIM: datasets that begin with 0x1c). Both can contain pictures of the photo, and Photoshop writes one.
 * They are removed here, and so are EXIF and XMP that a resource repeats, because they describe the original photo.
 */
import { concat, latin1, startsWith, uint32, view } from './bytes.ts';
import { findPictures } from './embedded-pictures.ts';

/** The block for the written photo; absent if nothing is left. */
export interface NormalisedIptc {
  readonly iptc?: Uint8Array;
  /** Names of the pictures that were removed: `Photoshop's thumbnail`. */
  readonly removed: readonly string[];
}

const SIGNATURES = ['8BIM', 'PHUT', 'DCSR', 'AgHg', 'MeSa'];
const IPTC_RECORD = 0x0404;
/** Thumbnails of Photoshop 4 (BGR) and of later versions (RGB). */
const THUMBNAILS = new Set([0x0409, 0x040c]);
/** EXIF and XMP, which are kept separately. */
const REPEATED = new Set([0x0422, 0x0423, 0x0424]);

/** IPTC without pictures. Data that stop parsing are cut off there: half a resource may be half a thumbnail. */
export function normaliseIptc(source: Uint8Array): NormalisedIptc {
  const bare = withoutName(source);
  const removed = new Set<string>();
  const iptc = bare[0] === 0x1c ? withoutPreviewData(bare, removed) : withoutThumbnails(bare, removed);
  return { ...(iptc.length > 0 && { iptc }), removed: [...removed] };
}

function withoutName(source: Uint8Array): Uint8Array {
  const name = 'Photoshop 3.0\0';
  return new Uint8Array(startsWith(source, name) ? source.subarray(name.length) : source);
}

// A resource: signature, number, name (length first, padded to even), length, data (padded to even).
function withoutThumbnails(block: Uint8Array, removed: Set<string>): Uint8Array {
  const numbers = view(block);
  const kept: Uint8Array[] = [];
  for (let at = 0; at + 12 <= block.length; ) {
    if (!SIGNATURES.some((signature) => startsWith(block, signature, at))) break;
    const lengthAt = at + 6 + ((block[at + 6]! + 2) & ~1);
    if (lengthAt + 4 > block.length) break;
    const id = numbers.getUint16(at + 4);
    const dataAt = lengthAt + 4;
    const end = dataAt + numbers.getUint32(lengthAt);
    if (THUMBNAILS.has(id)) removed.add("Photoshop's thumbnail");
    if (end > block.length) break;
    const data = block.subarray(dataAt, end);
    if (id === IPTC_RECORD) {
      const record = withoutPreviewData(data, removed);
      kept.push(block.subarray(at, lengthAt), uint32(record.length), record, new Uint8Array(record.length & 1));
    } else if (!THUMBNAILS.has(id) && !REPEATED.has(id)) {
      if (findPictures(data).length > 0) removed.add('previews in image resources of Photoshop');
      else kept.push(block.subarray(at, end), new Uint8Array((end - dataAt) & 1));
    }
    at = end + ((end - dataAt) & 1);
  }
  return concat(kept);
}

// A dataset: 0x1c, record, number, length (with its highest bit set: how many bytes of length follow), data.
function withoutPreviewData(record: Uint8Array, removed: Set<string>): Uint8Array {
  const numbers = view(record);
  const kept: Uint8Array[] = [];
  for (let at = 0; at + 5 <= record.length && record[at] === 0x1c; ) {
    let length = numbers.getUint16(at + 3);
    let dataAt = at + 5;
    if (length >= 0x8000) {
      const wide = record.subarray(dataAt, (dataAt += length & 0x7fff));
      length = wide.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    const end = dataAt + length;
    const isPreview =
      isPreviewData(record[at + 1]!, record[at + 2]!) || findPictures(record.subarray(dataAt, end)).length;
    if (isPreview) removed.add("IPTC's preview");
    else if (end <= record.length) kept.push(record.subarray(at, end));
    at = end;
  }
  return concat(kept);
}

// IIM 4.2: 2:200 to 2:202 describe and hold a preview; records 7 to 9 hold the object itself.
const isPreviewData = (record: number, dataset: number): boolean =>
  (record === 2 && dataset >= 200 && dataset <= 202) || (record >= 7 && record <= 9);

/** The IPTC of a text that ImageMagick and ExifTool put into PNGs, or undefined where it is damaged. */
export function iptcOfRawProfile(profile: string): Uint8Array | undefined {
  const [, digits = ''] = /^\s*\w+\s+\d+\s+([\da-fA-F\s]+)$/.exec(profile) ?? [];
  const hex = digits.replace(/\s/g, '');
  if (hex === '' || hex.length % 2 > 0) return undefined;
  return latin1(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));
}
