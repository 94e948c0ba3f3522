// What the graphs promise beyond the golden values of tests/golden (areas/image.ts), which need the shared folder.
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import { type Pixels8, toImage01, toPixels8 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { psnr } from '../metrics/index.ts';
import { Random } from '../random.ts';
import { ProgramStore } from '../runtime/index.ts';
import { openRuntime, type Runtime } from '../runtime/node/index.ts';
import {
  buildChain,
  CHROMA,
  jpegPass,
  LUMA,
  parseChain,
  parseDraws,
  rgbToYcbcr,
  SeeThrough,
  TRANSFORMS,
  type Transform,
  tableAt,
  writePasses,
  ycbcrToRgb,
} from './index.ts';

const parse = (spec: string): Transform => buildChain(parseChain(spec, TRANSFORMS, 'transform'));
const context = { seed: 0, codecs: sharpCodecs };

let runtime: Runtime;
let photo: Pixels8;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  photo = await realPhoto(52, 43); // no multiple of 8
});
afterAll(() => runtime?.close());

function buildGraph(write: (g: GraphBuilder, image: Value) => Value): Graph {
  const g = new GraphBuilder('test');
  const image = g.input('image', 'float32', [1, 3, photo.height, photo.width]);
  const y = write(g, image);
  g.output('y', y);
  g.output('loss', g.sum(g.mul(y, y), [0, 1, 2, 3], false));
  return g.build();
}
async function run(graph: Graph, image = toImage01(photo).data): Promise<Record<string, Float32Array>> {
  const program = await runtime.load(graph);
  const results = await program.run({ image });
  await program.release();
  return results as Record<string, Float32Array>;
}
const picture = async (write: (g: GraphBuilder, image: Value) => Value): Promise<Pixels8> =>
  toPixels8({ ...toImage01(photo), data: (await run(buildGraph(write))).y! });

describe('the tables', () => {
  it("follow libjpeg's rule", () => {
    expect(tableAt(LUMA, 50)).toEqual(LUMA);
    expect(tableAt(CHROMA, 100).every((v) => v === 1)).toBe(true);
    expect(tableAt(LUMA, 75).slice(0, 8)).toEqual([8, 6, 5, 8, 12, 20, 26, 31]);
    expect(Math.max(...tableAt(LUMA, 1))).toBe(255);
  });
});

describe('YCbCr', () => {
  it('of RGB is RGB again', async () => {
    const { y } = await run(buildGraph((g, image) => ycbcrToRgb(g, rgbToYcbcr(g, image))));
    const { data } = toImage01(photo);
    expect(y!.reduce((worst, v, i) => Math.max(worst, Math.abs(v - data[i]!)), 0)).toBeLessThan(1e-5);
  });
});

describe('JPEG in a graph', () => {
  it.each([
    [90, '444'],
    [75, '444'],
    [50, '420'],
  ] as const)('of quality %i, chroma %s is near the file', async (quality, chroma) => {
    const file = await parse(`jpeg:${quality}:${chroma}`).apply(photo, context);
    const graph = await picture((g, image) => writePasses(g, image, [jpegPass({ quality, chroma })]));
    expect(psnr(file, graph)).toBeGreaterThan(psnr(file, photo) + 3);
    expect(psnr(file, graph)).toBeGreaterThan(30);
  });

  it('passes gradients on: straight-through those of the transform alone', async () => {
    const graph = buildGraph((g, image) => writePasses(g, image, [jpegPass({ quality: 75, chroma: '444' })]));
    const results = await run(grad(graph, { loss: 'loss', wrt: ['image'], keep: ['y'] }));
    // Without edges that repeat, the transform is a rotation of colours and blocks and back: the gradient is 2 y.
    const [width, area] = [photo.width, photo.width * photo.height];
    let worst = 0;
    for (let i = 0; i < results.y!.length; i++) {
      const [row, column] = [Math.floor((i % area) / width), (i % area) % width];
      if (row >= 40 || column >= 48) continue;
      worst = Math.max(worst, Math.abs(results['grad.image']![i]! - 2 * results.y![i]!));
    }
    expect(worst).toBeLessThan(1e-4);
  });
});

// Everything that has a gradient, with numbers that are not its defaults, and chains.
const SPECS = [
  ['jpeg:90:444', 32],
  ['resize:0.5', 40],
  ['resize:0.5:filter=box', 40],
  ['resize:0.6:filter=nearest', 30],
  ['resize:0.7:filter=lanczos3', 40],
  ['crop:0.2', 40],
  ['blur:1.5', 45],
  ['noise:6', 40],
  ['gain:0.8:offset=9', 45],
  ['blur:1.2 > resize:0.5', 40],
  ['noise:6 > crop:0.1 > noise:3', 40],
] as const;

describe('one grammar', () => {
  it.each(SPECS)('writes %s into a graph that is the transform, but for rounding', async (spec, least) => {
    const { write, apply } = parse(spec);
    const file = await apply(photo, context);
    const apart = psnr(file, await picture((g, image) => write!(g, image, 0)));
    expect(apart).toBeGreaterThan(least);
    expect(apart).toBeGreaterThan(psnr(file, photo) + 3);
  });

  it('says which cannot be written', () => {
    expect(parse('webp').write).toBeUndefined();
    expect(parse('jpeg > rotate').passes).toBeUndefined();
    expect(parse('none').write).toBeDefined();
  });
});

describe('looking through a transform', () => {
  it.each(SPECS)('%s: the image and the gradient are those of the graph', async (spec) => {
    const { passes, write } = parse(spec);
    const through = new SeeThrough(runtime);
    const image = toImage01(photo);
    const seen = await through.see(image, passes!(photo, 0));
    const graph = buildGraph((g, x) => write!(g, x, 0));
    const { y, 'grad.image': gradient } = await run(grad(graph, { loss: 'loss', wrt: ['image'], keep: ['y'] }));
    expect(worst(seen.image.data, y!)).toBeLessThan(1e-4);
    const pulled = await seen.pull(seen.image.data.map((v) => 2 * v));
    expect(worst(pulled, gradient!)).toBeLessThan(1e-3);
    await through.release();
  });

  it('loads one program for all qualities of JPEG', async () => {
    let loads = 0;
    const load: Runtime['load'] = (graph, options) => {
      loads++;
      return runtime.load(graph, options);
    };
    const through = new SeeThrough({ programs: new ProgramStore({ load }) });
    const seen: Float32Array[] = [];
    for (const quality of [30, 60, 90])
      seen.push((await through.see(toImage01(photo), [jpegPass({ quality })])).image.data);
    expect(loads).toBe(1);
    expect(worst(seen[0]!, seen[1]!)).toBeGreaterThan(0.02);
    await through.release();
  });
});

describe('draws', () => {
  it('take numbers from their range and words from their list, the same ones for the same source', () => {
    const { draw, spec } = parseDraws('jpeg:60..95:chroma=420|444 > resize:.4..1; none');
    expect(spec).toBe('jpeg:60..95:chroma=420|444 > resize:0.4..1; none');
    const drawn = Array.from({ length: 200 }, (_, k) => draw(new Random(5), k).spec);
    expect(Array.from({ length: 200 }, (_, k) => draw(new Random(5), k).spec)).toEqual(drawn);
    const numbers = drawn.flatMap((one) => [...one.matchAll(/^jpeg:(\d+)(:chroma=444)? > resize:([\d.]+)$/g)]);
    const qualities = numbers.map(([, quality]) => Number(quality));
    expect(Math.min(...qualities)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...qualities)).toBeLessThanOrEqual(95);
    expect(new Set(qualities).size).toBeGreaterThan(25);
    expect(numbers.filter(([, , chroma]) => chroma !== undefined).length / numbers.length).toBeCloseTo(0.5, 0.5);
    const none = drawn.filter((one) => one === 'none').length;
    expect(none).toBeGreaterThan(70);
    expect(none + numbers.length).toBe(200);
  });

  it.each([
    ['jpeg:95..60', 'transforms, character 6: jpeg: quality is a whole number from 1 to 100 (got 95..60)'],
    ['jpeg:1..2..3', 'quality is a whole number'],
    ['jpeg:75:420|411', 'jpeg: chroma is 420, 444 (got 420|411)'],
    [
      'none; webp:50',
      'an attack cannot look through a transform without a gradient (got webp:50); these have one: none, jpeg',
    ],
    ['vae', 'a transform is expected (got vae)'],
  ])('refuse %s', (spec, message) => {
    expect(() => parseDraws(spec)).toThrow(message);
  });
});

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
};
