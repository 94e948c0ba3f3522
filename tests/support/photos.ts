/*
 * Small photos of every kind, made on the spot with sharp: for tests of decoding and for the fuzzer. Pixels are a smooth
 * pattern with noise from a seed, so that lossy formats have something to do.
 */
import sharp, { type Sharp } from 'sharp';

/** XMP that says orientation 6 in both of its spellings. */
export const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"><tiff:Make>Test</tiff:Make>' +
  '</rdf:Description></rdf:RDF></x:xmpmeta>';

/** RGB, grey or RGBA bytes (2 channels: grey and alpha) of a test picture. */
export function testPixels(width: number, height: number, channels: number, seed = 1): Uint8Array {
  const data = new Uint8Array(width * height * channels);
  let state = seed >>> 0;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const pixel = Math.floor(i / channels);
    const wave = Math.sin((pixel % width) / 9) + Math.cos(Math.floor(pixel / width) / 7 + (i % channels));
    data[i] = 128 + 45 * wave + (state >>> 28);
  }
  return data;
}

/** A sharp pipeline over a test picture. */
export function testImage(width = 64, height = 48, channels: 1 | 2 | 3 | 4 = 3, seed = 1): Sharp {
  return sharp(testPixels(width, height, channels, seed), { raw: { width, height, channels } });
}

/** The same with EXIF (artist, orientation), XMP and a Display P3 profile; pixels are P3 already. */
export function testImageWithMetadata(orientation: number, width = 64, height = 48): Sharp {
  return testImage(width, height)
    .withIccProfile('p3')
    .withExif({ IFD0: { Artist: 'Test Artist' } })
    .withXmp(XMP)
    .withMetadata({ orientation });
}
