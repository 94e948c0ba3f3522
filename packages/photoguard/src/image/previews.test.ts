import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { testImage, testPixels } from '../../../../tests/support/photos.ts';
import { concat, latin1 } from './bytes.ts';
import { decodePhoto } from './node/decode.ts';
import { encodePhoto } from './node/encode.ts';
import { readPngChunks, textKeyword, withPngChunks } from './png-chunks.ts';
import { pngText } from './png-text.ts';
import {
  base64,
  dataset,
  type Entry,
  hiddenPicture,
  jpegSegment,
  MARK,
  makeExif,
  resource,
  xmpWith,
} from './testing/carriers.ts';
import type { OutputFormat, PhotoMetadata } from './types.ts';
import { normaliseXmp } from './xmp.ts';

const FORMATS = ['png', 'webp', 'jpeg', 'avif'] as const;
/** AVIF takes its encoder long, and gets the same metadata as the others. */
const WRITTEN = ['png', 'webp', 'jpeg'] as const;
const PIXELS = { width: 64, height: 48, channels: 3 as const, data: testPixels(64, 48, 3) };
const ARTIST: Entry = [0x013b, 2, latin1('Test Artist\0')];
const ORIENTATION: Entry = [0x0112, 4, 1];

let hidden: Uint8Array;
beforeAll(async () => {
  hidden = await hiddenPicture();
});

/** Whether the hidden picture is anywhere in a file: as it is, in base64, in hexadecimal digits, in compressed text. */
async function shows(file: Uint8Array): Promise<boolean> {
  const chunks = readPngChunks(file).filter(({ type }) => /[tz]TXt/i.test(type));
  const texts = await Promise.all(chunks.map(async (chunk) => (await pngText(chunk)) ?? ''));
  const all = [Buffer.from(file).toString('latin1'), ...texts].join('\n').replace(/\s|&#xA;/g, '');
  const base = Buffer.from(hidden).toString('base64');
  const hex = Buffer.from(MARK).toString('hex');
  return all.includes(MARK) || all.toLowerCase().includes(hex) || all.includes(base.slice(40, 80));
}

/** Decodes and writes as immunizing does; what the written files show, and what people were told. */
async function written(file: Uint8Array): Promise<{ shown: OutputFormat[]; notes: string; metadata: PhotoMetadata }> {
  const photo = await decodePhoto(file);
  const shown: OutputFormat[] = [];
  for (const format of WRITTEN)
    if (await shows((await encodePhoto(photo.pixels, format, { metadata: photo.metadata })).bytes)) shown.push(format);
  return { shown, notes: photo.notes.join('\n'), metadata: photo.metadata };
}

const jpegWith = async (...segments: Uint8Array[]): Promise<Uint8Array> => {
  const jpeg = await testImage().jpeg().toBuffer();
  return concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
};

describe('previews that a JPEG carries do not go on', () => {
  const photoshop = (...parts: Uint8Array[]) => jpegSegment(0xed, concat([latin1('Photoshop 3.0\0'), ...parts]));
  const title = () => resource(0x0404, dataset(2, 5, latin1('A title')));
  const cases: [string, () => Uint8Array[], RegExp][] = [
    [
      "Photoshop's thumbnail",
      () => [photoshop(title(), resource(0x040c, concat([new Uint8Array(28), hidden])))],
      /Photoshop's thumbnail/,
    ],
    [
      "Photoshop 4's thumbnail",
      () => [photoshop(resource(0x0409, concat([new Uint8Array(28), hidden])), title())],
      /Photoshop's thumbnail/,
    ],
    [
      "Photoshop's thumbnail in two segments",
      () => {
        const whole = concat([title(), resource(0x040c, concat([new Uint8Array(28), hidden]))]);
        return [photoshop(whole.subarray(0, 200)), photoshop(whole.subarray(200))];
      },
      /Photoshop's thumbnail/,
    ],
    [
      'a resource that nobody documents',
      () => [photoshop(resource(0x1b58, hidden), title())],
      /image resources of Photoshop/,
    ],
    [
      "IPTC's preview",
      () => [photoshop(resource(0x0404, concat([dataset(2, 5, latin1('A title')), dataset(2, 202, hidden)])))],
      /IPTC's preview/,
    ],
    [
      'the JFXX thumbnail',
      () => [
        jpegSegment(0xe0, latin1('JFIF\0\x01\x02\0\0\x01\0\x01\0\0')),
        jpegSegment(0xe0, concat([latin1('JFXX\0\x10'), hidden])),
      ],
      /JFXX thumbnail/,
    ],
    [
      'the JFIF thumbnail',
      () => [jpegSegment(0xe0, latin1(`JFIF\0\x01\x02\0\0\x01\0\x01\x02\x04${MARK}  `))],
      /JFIF thumbnail/,
    ],
    ['a private segment', () => [jpegSegment(0xe5, hidden)], /APP5 of the JPEG is not kept/],
    [
      'extended XMP',
      () => [
        jpegSegment(
          0xe1,
          concat([latin1('http://ns.adobe.com/xmp/extension/\0'), new Uint8Array(40), latin1(base64(hidden))]),
        ),
      ],
      /extended XMP/,
    ],
  ];
  it.each(cases)('%s', async (_, segments, note) => {
    const file = await jpegWith(...segments());
    expect(await shows(file)).toBe(true);
    const { shown, notes } = await written(file);
    expect(shown).toEqual([]);
    expect(notes).toMatch(note);
  });

  it('further pictures after its end (MPF)', async () => {
    const index = jpegSegment(0xe2, concat([latin1('MPF\0'), makeExif([[ORIENTATION]])]));
    const file = concat([await jpegWith(index), hidden]);
    const { shown, notes } = await written(file);
    expect(shown).toEqual([]);
    expect(notes).toMatch(/further pictures \(MPF\), \d+ (bytes|kB) after the end of the picture/);
  });

  it('and what else there was does', async () => {
    const { metadata, notes } = await written(
      await jpegWith(photoshop(title(), resource(0x03ed, latin1('resolution.')))),
    );
    expect(metadata.iptc).toEqual(concat([title(), resource(0x03ed, latin1('resolution.'))]));
    expect(notes).toBe('');
  });
});

describe.each(FORMATS)('previews in the EXIF of %s do not go on', (format) => {
  const cases: [string, () => Uint8Array, RegExp][] = [
    [
      'the thumbnail',
      () =>
        makeExif(
          [
            [ORIENTATION, ARTIST],
            [
              [0x0201, 4, { block: 0 }],
              [0x0202, 4, hidden.length],
            ],
          ],
          [hidden],
        ),
      /the EXIF thumbnail/,
    ],
    [
      'an uncompressed thumbnail',
      () =>
        makeExif(
          [
            [ORIENTATION, ARTIST],
            [
              [0x0111, 4, { block: 0 }],
              [0x0117, 4, MARK.length],
            ],
          ],
          [latin1(MARK)],
        ),
      /the EXIF thumbnail/,
    ],
    [
      'a picture of a sub-directory',
      () =>
        makeExif(
          [
            [ORIENTATION, ARTIST, [0x014a, 4, { directory: 1 }]],
            [
              [0x0111, 4, { block: 0 }],
              [0x0117, 4, MARK.length],
            ],
          ],
          [latin1(MARK)],
          false,
        ),
      /previews in EXIF/,
    ],
    ['a preview in maker notes', () => makerNote(hidden), /previews in maker notes/],
    [
      'a preview whose first byte a camera changed',
      () => makerNote(concat([Uint8Array.of(0), hidden.subarray(1)])),
      /previews in maker notes/,
    ],
  ];
  it.each(cases)('%s', async (_, exif, note) => {
    const { bytes } = await encodePhoto(PIXELS, format, { metadata: { exif: exif() } });
    const { shown, notes, metadata } = await written(bytes);
    if (format === 'avif' && !(await shows(bytes))) return; // its encoder left it out
    expect(await shows(bytes)).toBe(true);
    expect(shown).toEqual([]);
    expect(notes).toMatch(note);
    expect(Buffer.from(metadata.exif!).includes('Test Artist')).toBe(true);
  });

  function makerNote(preview: Uint8Array): Uint8Array {
    const note = concat([latin1('Camera\0\0'), preview, latin1('setting')]);
    return makeExif([[ORIENTATION, ARTIST, [0x8769, 4, { directory: 1 }]], [[0x927c, 7, note]]], [], false);
  }
});

it('nothing moves in EXIF when a preview goes', async () => {
  const note = concat([latin1('Camera\0\0'), hidden, latin1('setting')]);
  const exif = makeExif([[ORIENTATION, ARTIST, [0x8769, 4, { directory: 1 }]], [[0x927c, 7, note]]], [], false);
  const { bytes } = await encodePhoto(PIXELS, 'png', { metadata: { exif } });
  const expected = Uint8Array.from(exif);
  const at = Buffer.from(exif).indexOf(hidden);
  expected.fill(0, at, at + hidden.length);
  expect((await decodePhoto(bytes)).metadata.exif).toEqual(expected);
});

describe.each([...FORMATS, 'tiff'] as const)('pictures in the XMP of %s do not go on', (format) => {
  const thumbnail = () =>
    `<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType="Resource"><xmpGImg:image>${base64(hidden)}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>`;
  const cases: [string, () => Uint8Array][] = [
    ['xmp:Thumbnails', () => xmpWith('', thumbnail())],
    [
      'xmp:Thumbnails of attributes',
      () =>
        xmpWith(
          '',
          `<xmp:Thumbnails><rdf:Alt><rdf:li xmpGImg:format="JPEG" xmpGImg:image="${base64(hidden)}"/></rdf:Alt></xmp:Thumbnails>`,
        ),
    ],
    ['GImage:Data', () => xmpWith(`GImage:Mime="image/jpeg" GImage:Data="${base64(hidden, '')}"`, '')],
    ['a property of any name', () => xmpWith('xmlns:my="urn:my"', `<my:look>${base64(hidden, '\n')}</my:look>`)],
  ];
  it.each(cases)('%s', async (_, make) => {
    const xmp = make();
    const bytes =
      format === 'tiff'
        ? await sharp(PIXELS.data, { raw: PIXELS }).tiff().withXmp(utf8(xmp)).toBuffer()
        : (await encodePhoto(PIXELS, format, { metadata: { xmp } })).bytes;
    const { shown, notes, metadata } = await written(bytes);
    expect(shown).toEqual([]);
    expect(notes).toMatch(/may show the unprotected photo: pictures in XMP/);
    expect(utf8(metadata.xmp!)).toContain('xmp:CreatorTool="A tool"');
    expect(utf8(metadata.xmp!)).toContain('<dc:format>image/jpeg</dc:format>');
    expect(normaliseXmp(metadata.xmp!)).toEqual({ xmp: metadata.xmp, hadPictures: false }); // still well-formed
  });
});

describe('previews that a PNG carries do not go on', () => {
  const raw = (iptc: Uint8Array) =>
    `\niptc\n${String(iptc.length).padStart(8)}\n${Buffer.from(iptc).toString('hex')}\n`;
  const cases: [string, () => { type: string; data: Uint8Array }[], RegExp][] = [
    [
      "Photoshop's thumbnail as text",
      () => [{ type: 'tEXt', data: latin1(`Raw profile type 8bim\0${raw(resource(0x040c, hidden))}`) }],
      /Photoshop's thumbnail/,
    ],
    [
      'a picture in base64',
      () => [{ type: 'tEXt', data: latin1(`Preview\0${base64(hidden, '')}`) }],
      /the picture in the PNG text "Preview"/,
    ],
    ['a private chunk', () => [{ type: 'prVw', data: hidden }], /^$/],
  ];
  it.each(cases)('%s', async (_, chunks, note) => {
    const kept = { type: 'tEXt', data: latin1('Title\0A picture') };
    const file = withPngChunks(await testImage().png().toBuffer(), [...chunks(), kept]);
    expect(await shows(file)).toBe(true);
    const { shown, notes, metadata } = await written(file);
    expect(shown).toEqual([]);
    expect(notes).toMatch(note);
    expect(metadata.pngChunks?.map(textKeyword)).toEqual(['Title']);
  });

  it('what follows its end', async () => {
    const { shown, notes } = await written(concat([await testImage().png().toBuffer(), hidden]));
    expect(shown).toEqual([]);
    expect(notes).toMatch(/after the end of the picture/);
  });
});

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
