/*
 * Renders examples/portrait.png, the picture that the README and the tests work on: a studio portrait of nobody, made by
 * the code in examples/portrait/, with metadata as a camera would write it. The same bytes on every run.
 *
 *     node examples/render-portrait.ts [file] [width]
 */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Vec3 } from './portrait/materials.ts';
import { hash } from './portrait/math.ts';
import { develop, radiance } from './portrait/render.ts';

const file = process.argv[2] ?? fileURLToPath(new URL('portrait.png', import.meta.url));
const width = Number(process.argv[3] ?? 512);
const height = Math.round(width * 1.25);
const SAMPLES = width < 512 ? 2 : 3; // a side
const GRAIN = 2.1; // standard deviation in levels of 255, where the picture is of middle brightness

const pixels = new Uint8Array(3 * width * height);
for (let y = 0; y < height; y++) {
  for (let x = 0; x < width; x++) {
    const colour = pixel(x, y);
    const grey = (colour[0] + colour[1] + colour[2]) / 3;
    const grain = GRAIN * gaussian(x, y, 0) * (0.35 + 2.6 * grey * (1 - grey));
    for (let c = 0; c < 3; c++) {
      const value = colour[c]! * 255 + grain + 0.3 * GRAIN * gaussian(x, y, 1 + c);
      pixels[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
}

await sharp(pixels, { raw: { width, height, channels: 3 } })
  .withIccProfile('srgb')
  .withExif({
    IFD0: {
      ImageDescription: 'Studio portrait of nobody, rendered by examples/render-portrait.ts',
      Artist: 'The PhotoGuard project',
      Copyright: 'The PhotoGuard project, MIT licence',
      Make: 'PhotoGuard',
      Model: 'Imaginary 85',
      Software: 'render-portrait',
      DateTime: '2026:05:17 10:24:00',
    },
    IFD2: {
      DateTimeOriginal: '2026:05:17 10:24:00',
      FNumber: '18/10',
      ExposureTime: '1/160',
      ISOSpeedRatings: '200',
      FocalLength: '85/1',
      LensModel: 'Imaginary 85mm F1.8',
    },
  })
  .withMetadata({ orientation: 1 })
  .png({ compressionLevel: 9, adaptiveFiltering: true })
  .toFile(file);

/** One pixel in display values: the mean of its samples' light, developed, darker towards the corners. */
function pixel(x: number, y: number): Vec3 {
  const sum: Vec3 = [0, 0, 0];
  for (let i = 0; i < SAMPLES; i++) {
    for (let j = 0; j < SAMPLES; j++) {
      const u = (2 * (x + (i + 0.5) / SAMPLES)) / width - 1;
      const v = 1 - (2 * (y + (j + 0.5) / SAMPLES)) / height;
      const light = radiance(u, v, width / height);
      const vignette = 1 - 0.22 * (u * u + v * v) ** 1.2 * 0.6;
      // Very bright samples would leave jagged edges: they are held back before the mean is taken.
      for (let c = 0; c < 3; c++) sum[c]! += (Math.min(light[c]!, 3) * vignette) / SAMPLES ** 2;
    }
  }
  return develop(sum, 0.62);
}

/** A standard normal number for a pixel (sum of four uniform ones, scaled). */
function gaussian(x: number, y: number, channel: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += hash(x, y, 100 + channel * 4 + i);
  return (sum - 2) * Math.sqrt(3);
}
