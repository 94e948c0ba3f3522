// The embedded network on the portrait of examples: rendered, so that it is nobody's face.
import { fileURLToPath } from 'node:url';
import { GraphBuilder, writeOnnx } from 'onnx-grad';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import type { Pixels8 } from '../image/index.ts';
import { facesFile, readOnnxFile } from '../models/node/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import { coverFaces, findFaces, readFaceNetwork } from './index.ts';

const PORTRAIT = fileURLToPath(new URL('../../../../examples/portrait.png', import.meta.url));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
});
afterAll(() => runtime?.close());

const find = async (photo: Pixels8) =>
  findFaces(photo, { runtime, network: await readFaceNetwork(await readOnnxFile(facesFile())) });

async function pixelsOf(image: Sharp): Promise<Pixels8> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

describe('findFaces', () => {
  it('finds the face of a portrait, where it is, upright and turned', async () => {
    const [face, ...others] = await find(await pixelsOf(sharp(PORTRAIT))); // 512x640, its face around 235, 335
    expect(others).toEqual([]);
    expect(Math.hypot(face!.x - 235, face!.y - 335)).toBeLessThan(30);
    expect(face!.side).toBeGreaterThan(220);
    expect(face!.side).toBeLessThan(380);
    expect(Math.abs(face!.tilt)).toBeLessThan(0.15);
    const [turned] = await find(await pixelsOf(sharp(PORTRAIT).rotate(25, { background: '#333' })));
    expect(turned!.tilt - face!.tilt).toBeCloseTo((25 * Math.PI) / 180, 0);
  });

  it('finds several small ones in a large photo, each once', async () => {
    const small = await sharp(PORTRAIT).resize(176, 220).png().toBuffer();
    const places = [
      [60, 90],
      [900, 500],
    ] as const;
    const group = sharp({ create: { width: 1200, height: 800, channels: 3, background: '#356' } }).composite(
      places.map(([left, top]) => ({ input: small, left, top })),
    );
    const faces = await find(await pixelsOf(sharp(await group.png().toBuffer())));
    expect(faces).toHaveLength(2);
    for (const [left, top] of places)
      expect(faces.some(({ x, y }) => Math.hypot(x - left - 81, y - top - 115) < 15)).toBe(true);
  });

  it.each([
    [96, 64],
    [1, 300],
    [700, 3],
  ])('finds none where there is none (%dx%d)', async (width, height) => {
    expect(await find({ width, height, channels: 3, data: testPixels(width, height, 3) })).toEqual([]);
  });

  it('refuses another network, by the name of its file', async () => {
    const g = new GraphBuilder();
    g.output('y', g.input('x', 'float32', [1, 256, 256, 3]));
    await expect(readFaceNetwork({ label: 'other.onnx', bytes: writeOnnx(g.build()) })).rejects.toThrow(
      'other.onnx is not the network that finds faces; install again: npm ci',
    );
  });
});

describe('coverFaces', () => {
  const at = (tilt: number) => coverFaces([{ x: 50, y: 60, side: 40, tilt, score: 1 }], { width: 100, height: 120 });
  const value = ({ data }: { data: Float32Array }, x: number, y: number): number => data[y * 100 + x]!;

  it('covers a face from the forehead to below the chin, with a soft edge', () => {
    const mask = at(0);
    for (const [x, y] of [
      [50, 60],
      [50, 30],
      [50, 85],
      [28, 56],
    ] as const)
      expect([x, y, value(mask, x, y)]).toEqual([x, y, 1]);
    for (const [x, y] of [
      [50, 10],
      [50, 100],
      [10, 56],
      [20, 30],
    ] as const)
      expect([x, y, value(mask, x, y)]).toEqual([x, y, 0]);
    const edge = [...mask.data].filter((share) => share > 0 && share < 1);
    expect(edge.length).toBeGreaterThan(500);
    for (let x = 51; x < 100; x++) expect(value(mask, x, 56)).toBeLessThanOrEqual(value(mask, x - 1, 56));
  });

  it('turns with the face, and covers nothing without one', () => {
    const mask = at(Math.PI / 2); // lying, the forehead to the right
    expect([value(mask, 82, 60), value(mask, 50, 20), value(mask, 24, 60)]).toEqual([1, 0, 1]);
    expect(coverFaces([], { width: 3, height: 2 }).data).toEqual(new Float32Array(6));
  });

  it('ends at the edges of the photo', () => {
    const { data } = coverFaces([{ x: -4, y: 2, side: 20, tilt: 0, score: 1 }], { width: 6, height: 5 });
    expect([data.length, data[12], data.every((share) => share >= 0 && share <= 1)]).toEqual([30, 1, true]);
  });
});
