import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { testImage, testImageWithMetadata, testPixels, XMP } from '../../../../tests/support/photos.ts';
import { decodePhoto, encodePhoto, type OutputFormat } from '../image/node/index.ts';
import { sha256OfPixels } from './pixels-hash.ts';
import { RECORD } from './testing/record.ts';
import { NAMESPACE } from './xmp-packet.ts';
import { readRecord, withoutRecord, withRecord } from './xmp-record.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (xmp: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(xmp);
const OTHER = { ...RECORD, seed: 7, recipe: 'paper' };

describe.each(['png', 'webp', 'jpeg', 'avif'] as const)('a record in a %s file', (format: OutputFormat) => {
  it('comes back, also where the photo had no XMP', async () => {
    const photo = await decodePhoto(await testImage().png().toBuffer());
    const { bytes: file } = await encodePhoto(photo.pixels, format, {
      metadata: { xmp: withRecord(undefined, RECORD) },
    });
    const read = await decodePhoto(file);
    expect(readRecord(read.metadata.xmp)).toEqual({ record: RECORD });
    expect(text((await sharp(file).metadata()).xmp!)).toContain('rdf:RDF'); // another reader finds it too
  });

  it('stands beside the XMP, EXIF and ICC of the photo', async () => {
    const photo = await decodePhoto(await testImageWithMetadata(6).jpeg().toBuffer());
    const metadata = { ...photo.metadata, xmp: withRecord(photo.metadata.xmp, RECORD) };
    const { bytes: file } = await encodePhoto(photo.pixels, format, { metadata });
    const read = (await decodePhoto(file)).metadata;
    expect(readRecord(read.xmp)).toEqual({ record: RECORD });
    expect(text(read.xmp!)).toContain('<tiff:Make>Test</tiff:Make>');
    expect(read.icc).toEqual(photo.metadata.icc);
    expect(text(read.exif!)).toContain('Test Artist');
  });
});

describe('withRecord', () => {
  it('leaves every byte of the packet where it was, but for what it puts in', () => {
    const result = text(withRecord(bytes(XMP), RECORD));
    const at = result.indexOf('<rdf:Description xmlns:rdf=');
    const end = result.lastIndexOf('</rdf:RDF>');
    expect(result.slice(0, at) + result.slice(end)).toBe(XMP);
  });

  it('replaces a record: the last one counts, and it is as if there had been no other', () => {
    const once = withRecord(bytes(XMP), OTHER);
    const twice = withRecord(withRecord(bytes(XMP), RECORD), OTHER);
    expect(text(twice)).toBe(text(once));
    expect(readRecord(twice)).toEqual({ record: OTHER });
    expect(text(withoutRecord(twice))).toBe(XMP);
  });

  it('replaces one that another program moved into its own description, as an element or an attribute', () => {
    const moved = [
      `<r:Description xmlns:p="${NAMESPACE}" xmlns:dc="d" dc:title="t"><p:Record>{}</p:Record></r:Description>`,
      `<r:Description xmlns:p="${NAMESPACE}" dc:title="t" xmlns:dc="d" p:Record='{ "a > b" }'/>`,
    ];
    for (const description of moved) {
      const packet = `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description}</r:RDF>`;
      const result = withRecord(bytes(packet), RECORD);
      expect(readRecord(result)).toEqual({ record: RECORD });
      expect(text(result)).toContain('dc:title="t"');
      expect(text(result).match(/Record[ >=]/g)).toHaveLength(2); // the tags of the new one
    }
  });

  it('takes the place of padding, so that the packet stays as long as it was', () => {
    const padded = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>${XMP}${' '.repeat(4000)}<?xpacket end="w"?>`;
    expect(withRecord(bytes(padded), RECORD)).toHaveLength(bytes(padded).length);
  });

  it.each([
    ['an empty RDF', '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" />'],
    ['RDF as the default namespace', '<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></RDF>'],
    ['a subject', XMP.replace('<rdf:Description ', '<rdf:Description rdf:about="uuid:1&amp;2" ')],
    ['what looks like the end in a comment', XMP.replace('<rdf:Description', '<!-- </rdf:RDF> --><rdf:Description')],
  ])('finds its way in %s', (_, packet) => {
    const result = withRecord(bytes(packet), RECORD);
    expect(readRecord(result)).toEqual({ record: RECORD });
    if (packet.includes('uuid')) expect(text(result).match(/rdf:about="uuid:1&amp;2"/g)).toHaveLength(2);
  });

  it.each([
    ['text', bytes('hello')],
    ['XML that breaks off', bytes(XMP.slice(0, 150))],
    ['XML without RDF', bytes('<a/>')],
    ['another encoding', Uint8Array.of(0xff, 0xfe, 0x3c, 0)],
    ['an entity that would grow', bytes(`<!DOCTYPE a [<!ENTITY b "${'x'.repeat(99)}">]><a>&b;</a>`)],
    ['nothing at all', new Uint8Array(0)],
  ])('refuses %s, since it could only harm it', (_, packet) => {
    expect(() => withRecord(packet, RECORD)).toThrow(/XMP cannot be used/);
    expect(withoutRecord(packet)).toBe(packet);
  });

  it('survives texts of any kind in the packet', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (title) => {
        const safe = title.replace(/[^\t\n\r -\ud7ff\ue000-\ufffd]|[&<>]|\r/g, '');
        const packet = bytes(XMP.replace('>Test<', () => `>${safe}<`));
        const result = withRecord(packet, RECORD);
        expect(readRecord(result)).toEqual({ record: RECORD });
        expect(withoutRecord(result)).toEqual(packet);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a record that could not be read again', () => {
  it.each([
    ['a bound of zero', { eps255: 0 }, /eps255/],
    ['too many models', { models: Array.from({ length: 65 }, (_, i) => ({ ref: `model-${i}` })) }, /64 models/],
    ['a name with a line break', { models: [{ ref: 'my\nmodel' }] }, /models\[0\]\.ref must be a short text/],
    ['a name that XML cannot hold', { models: [{ ref: 'model\ufffe' }] }, /not well-formed/],
  ])('is not written: %s', (_, change, message) => {
    expect(() => withRecord(undefined, { ...RECORD, ...change })).toThrow(message);
  });
});

describe('readRecord', () => {
  it('finds none in a photo that has none', () => {
    expect([readRecord(undefined), readRecord(bytes(XMP)), readRecord(bytes('<broken'))]).toEqual([{}, {}, {}]);
  });
  it('tells of a damaged one, and never throws', () => {
    const whole = text(withRecord(bytes(XMP), RECORD));
    expect(readRecord(bytes(whole.replace('"seed":0', '"seed":-4'))).problem).toMatch(/seed/);
    expect(readRecord(bytes(whole.slice(0, -60))).problem).toMatch(/not well-formed/);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const spoilt = bytes(whole);
        spoilt[at] = byte;
        expect(() => readRecord(spoilt)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('sha256OfPixels', () => {
  it('is that of the RGB bytes, whatever lossless file they are in', async () => {
    const photo = await decodePhoto(await testImageWithMetadata(1).png().toBuffer());
    const { bytes: webp } = await encodePhoto(photo.pixels, 'webp');
    const again = await sha256OfPixels((await decodePhoto(webp)).pixels);
    expect(again).toBe(await sha256OfPixels(photo.pixels));
    const { createHash } = await import('node:crypto');
    expect(again).toBe(
      createHash('sha256')
        .update(testPixels(64, 48, 3))
        .digest('hex'),
    );
  });
});
