// --spare faces, on the portrait of examples and on a photo without a face.
import { fileURLToPath } from 'node:url';
import { decodePhoto } from 'photoguard/image/node';
import { readRecord } from 'photoguard/record';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { photoguardHere } from './here.ts';
import { testPlace } from './place.ts';

const PORTRAIT = fileURLToPath(new URL('../../examples/portrait.png', import.meta.url));
const place = testPlace();
let portrait: string;
beforeAll(async () => {
  portrait = place.fresh('portrait.png');
  await sharp(PORTRAIT).resize(192, 240).png().toFile(portrait);
});

const immunize = (...args: string[]) =>
  photoguardHere(['immunize', '-m', place.model, '--steps', '3', '--size', 'fit:96', '--visibility', 'low', ...args]);

it('keeps the change to a quarter on a face, and tells how many there were', async () => {
  const output = place.fresh('spared.png');
  const { status, stdout } = await immunize(portrait, '--spare', 'faces', '-o', output, '--json');
  expect([status, JSON.parse(stdout).results[0].facesSpared]).toEqual([0, 1]);
  const [before, after] = await Promise.all([portrait, output].map(async (file) => (await decodePhoto(file)).pixels));
  const mean = (left: number, top: number, side: number): number => {
    let sum = 0;
    for (let y = top; y < top + side; y++)
      for (let i = 3 * (y * 192 + left); i < 3 * (y * 192 + left + side); i++)
        sum += Math.abs(before!.data[i]! - after!.data[i]!);
    return sum / (3 * side * side);
  };
  expect(mean(60, 90, 60)).toBeLessThan(0.4 * mean(130, 0, 60)); // a cheek to the other; the background
});

it('tells of each photo of a batch, also that no face was found', async () => {
  const none = await immunize(place.photo, portrait, '--spare', 'faces', '-o', `${place.fresh('out')}/`);
  expect([none.status, none.stdout]).toEqual([
    0,
    expect.stringMatching(/spared {3}nothing: no face was found[\s\S]*spared {3}1 face: a quarter of the change there/),
  ]);
});

it('is a setting: a result without it is not the one that was asked for', async () => {
  const output = place.fresh('again.png');
  const again = (...args: string[]) => immunize(portrait, '-o', output, '--json', ...args);
  const settings = async () => readRecord((await decodePhoto(output)).metadata.xmp!).record!.settings;
  expect((await again()).status).toBe(0);
  const plain = await settings();
  expect(JSON.parse((await again('--spare', 'faces')).stdout)).toMatchObject({ results: [{}], skipped: [] });
  expect(await settings()).not.toBe(plain);
  expect(JSON.parse((await again('--spare', 'faces')).stdout)).toMatchObject({ results: [], skipped: [{}] });
});
