/*
 * XMP is kept unchanged except for what would be wrong in the written photo: the orientation (applied to the pixels, so
 * it becomes 1), and pictures, which would show the unprotected photo: thumbnails (xmp:Thumbnails), those of pages
 * (xmp:PageInfo), pictures that Google's cameras add (GImage:Data), and any other picture in base64.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { holdsBase64Picture } from './embedded-pictures.ts';
import { attributeRange, cut, type Range } from './xmp-text.ts';

const XMP = 'http://ns.adobe.com/xap/1.0/';
/** Properties that are or contain pictures: namespace and name. */
const PICTURES: ReadonlySet<string> = new Set([
  `${XMP}Thumbnails`,
  `${XMP}PageInfo`,
  `${XMP}g/img/image`,
  'http://ns.google.com/photos/1.0/image/Data',
  'http://ns.google.com/photos/1.0/depthmap/Data',
]);
/** Refers to more XMP in other segments of a JPEG, which is not kept. */
const EXTENDED = 'http://ns.adobe.com/xmp/note/HasExtendedXMP';
const MENTIONS = /Thumbnails|xap\/1\.0\/g\/img|photos\/1\.0\/(image|depthmap)/;

/** The packet for the written photo; absent if a picture cannot be removed safely. */
export interface NormalisedXmp {
  readonly xmp?: Uint8Array;
  /** Whether there were pictures. */
  readonly hadPictures: boolean;
}

/**
 * An XMP packet with `tiff:Orientation` set to 1, as attribute or element, and without pictures; otherwise unchanged.
 */
export function normaliseXmp(source: Uint8Array): NormalisedXmp {
  const packet = decodeUtf8(source);
  const found = packet === undefined ? undefined : findPictures(packet);
  // A packet that is not UTF-8 or not XML cannot be cut safely; if it contains a picture, it is not kept.
  if (found === undefined && mentionsPictures(source)) return { hadPictures: true };
  if (packet === undefined) return { xmp: new Uint8Array(source), hadPictures: false };
  const changed = cut(packet, found?.ranges ?? [])
    .replace(/(\btiff:Orientation\s*=\s*["'])[2-8](["'])/g, '$11$2')
    .replace(/(<tiff:Orientation[^>]*>\s*)[2-8](\s*<)/g, '$11$2');
  return {
    xmp: changed === packet ? new Uint8Array(source) : new TextEncoder().encode(changed),
    hadPictures: found?.pictures ?? false,
  };
}

function decodeUtf8(source: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
  } catch {
    return undefined;
  }
}

function mentionsPictures(source: Uint8Array): boolean {
  const raw = new TextDecoder('latin1').decode(source).replaceAll('\0', ''); // also of UTF-16
  return MENTIONS.test(raw) || holdsBase64Picture(raw);
}

interface Element {
  readonly tag: Range;
  readonly isPicture: boolean;
  text: string;
}

// Ranges to cut out, in the order of the text; undefined if the text is not well-formed.
function findPictures(packet: string): { ranges: readonly Range[]; pictures: boolean } | undefined {
  const ranges: Range[] = [];
  const open: Element[] = [];
  let pictures = false;
  const take = (range: Range): void => {
    pictures = true;
    ranges.push(range);
  };
  const parser = new SaxesParser({ xmlns: true, position: true });
  // Attribute values hold no `<`, so the last one before the end of a tag is its start.
  const tagRange = (): Range => ({ start: packet.lastIndexOf('<', parser.position - 1), end: parser.position });
  parser.on('opentag', (tag: SaxesTagNS) => {
    const range = tagRange();
    open.push({ tag: range, isPicture: PICTURES.has(tag.uri + tag.local), text: '' });
    for (const { uri, local, name, value } of Object.values(tag.attributes)) {
      if (PICTURES.has(uri + local) || holdsBase64Picture(value)) take(attributeRange(packet, range, name));
      else if (uri + local === EXTENDED) ranges.push(attributeRange(packet, range, name));
    }
  });
  const addText = (more: string): void => {
    const element = open.at(-1);
    if (element) element.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('comment', (comment) => {
    if (!holdsBase64Picture(comment)) return;
    take({ start: packet.lastIndexOf('<!--', parser.position - 1), end: parser.position });
  });
  parser.on('closetag', (tag: SaxesTagNS) => {
    const range = tagRange();
    const { tag: opened, isPicture, text } = open.pop()!;
    if (isPicture) take({ start: opened.start, end: range.end });
    else if (tag.uri + tag.local === EXTENDED) ranges.push({ start: opened.start, end: range.end });
    else if (holdsBase64Picture(text)) take({ start: opened.end, end: range.start });
  });
  try {
    parser.write(packet.replace(/\0+$/, '')).close();
  } catch {
    return undefined;
  }
  return { ranges: ranges.sort((a, b) => a.start - b.start || b.end - a.end), pictures };
}
