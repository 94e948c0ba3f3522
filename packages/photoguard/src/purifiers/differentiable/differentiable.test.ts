// What the graphs promise beyond the golden values of tests/golden (areas/image.ts), which need the shared folder.
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realPhoto } from '../../../../../tests/support/real-photo.ts';
import { type Pixels8, toImage01, toPixels8 } from '../../image/index.ts';
import { psnr } from '../../metrics/index.ts';
import { openRuntime, type Runtime } from '../../runtime/index.ts';
import { parsePurifier } from '../parse.ts';
import { blurInGraph, CHROMA, jpegInGraph, LUMA, rgbToYcbcr, tableAt, ycbcrToRgb } from './index.ts';

let runtime: Runtime;
let photo: Pixels8;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
  photo = await realPhoto(52, 43); // no multiple of 8
});
afterAll(() => runtime?.close());

function graphOf(write: (g: GraphBuilder, image: Value) => Value): Graph {
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
  toPixels8({ ...toImage01(photo), data: (await run(graphOf(write))).y! });

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
    const { y } = await run(graphOf((g, image) => ycbcrToRgb(g, rgbToYcbcr(g, image))));
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
    const file = await parsePurifier(`jpeg:${quality}:${chroma}`).purify(photo, { seed: 0 });
    const graph = await picture((g, image) => jpegInGraph(g, image, { quality, chroma }));
    expect(psnr(file, graph)).toBeGreaterThan(psnr(file, photo) + 3);
    expect(psnr(file, graph)).toBeGreaterThan(30);
  });

  it('passes gradients on: straight-through those of the transform alone', async () => {
    const graph = graphOf((g, image) => jpegInGraph(g, image, { quality: 75, chroma: '444' }));
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

describe('one grammar', () => {
  it.each([
    ['jpeg:90:444', 32],
    ['resize:0.5', 40],
    ['resize:0.5:filter=box', 40],
    ['resize:0.6:filter=nearest', 30],
    ['resize:0.7:filter=lanczos3', 40],
    ['blur:1.2 > resize:0.5', 40],
  ] as const)('writes %s into a graph that is the purifier, but for rounding', async (spec, least) => {
    const { write, purify } = parsePurifier(spec);
    const file = await purify(photo, { seed: 0 });
    const apart = psnr(file, await picture(write!));
    expect(apart).toBeGreaterThan(least);
    expect(apart).toBeGreaterThan(psnr(file, photo) + 3);
  });

  it('says which cannot be written', () => {
    expect(parsePurifier('median').write).toBeUndefined();
    expect(parsePurifier('jpeg > median').write).toBeUndefined();
    expect(parsePurifier('none').write).toBeDefined();
  });
});

describe('the blur in a graph', () => {
  it('is the purifier, up to rounding', async () => {
    const graph = await picture((g, image) => blurInGraph(g, image, 1.5));
    const blurred = await parsePurifier('blur:1.5').purify(photo, { seed: 0 });
    const worst = graph.data.reduce((most, v, i) => Math.max(most, Math.abs(v - blurred.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });
});
