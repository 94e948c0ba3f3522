// Resizes, as PyTorch, Pillow and diffusers do them (which of the three a case is follows from its tensors), blurs, JPEG
// files, and JPEG and colour as graphs. kornia's own variants of these are skipped.
import { GraphBuilder, type Value, vjp } from 'onnx-grad';
import {
  applySeparable,
  type BandMatrix,
  type Image01,
  type PillowFilter,
  pillowResize,
  type ResizeFilter,
  resizeImage,
  resizeImageVjp,
  transposeBand,
} from 'photoguard/image';
import { sharpCodecs } from 'photoguard/image/node';
import { parsePurifier } from 'photoguard/purifiers';
import type { Runtime } from 'photoguard/runtime';
import { blurPass, gaussianMatrix, jpegPass, rgbToYcbcr, writePasses, ycbcrToRgb } from 'photoguard/transforms';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

const TORCH: Readonly<Record<string, ResizeFilter>> = { bilinear: 'bilinear', bicubic: 'bicubic', area: 'area' };
const PILLOW: Readonly<Record<string, PillowFilter>> = {
  nearest: 'nearest',
  box: 'box',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
  lanczos: 'lanczos3',
};

/** Area `image`. */
export const image: GoldenArea = {
  name: 'image',
  async run(golden, { runtime }) {
    if (golden.name.includes('kornia')) return { skipped: "kornia's own variant is not built" };
    const write = graphFor(golden);
    if (write) return inGraph(golden, write, runtime);
    const filter = TORCH[String(golden.json.config.mode)];
    if (filter && golden.tensors.has('grad.x')) return interpolate(golden, filter);
    if (golden.json.config.sigma !== undefined) return gaussianBlur(golden, runtime);
    if (golden.tensors.has('output.q75_420')) return jpegFiles(golden);
    if (golden.tensors.has('input.mask_pixels')) return preprocess(golden);
    const pillow = [...golden.tensors.keys()].filter((name) => pillowFilter(name) !== undefined);
    if (golden.tensors.has('input.pixels') && pillow.length > 0) return pillowResizes(golden, pillow);
    return { skipped: 'no runner yet' };
  },
};

function interpolate(golden: GoldenFile, filter: ResizeFilter): Check[] | { skipped: string } {
  const [n, c, height, width] = readShape(golden, 'input.x') as [number, number, number, number];
  const [, , outHeight, outWidth] = readShape(golden, 'output.y') as [number, number, number, number];
  if (n !== 1 || c !== 3) return { skipped: `a batch of ${n} images with ${c} channels` };
  const options = { filter, antialias: golden.json.config.antialias !== false };
  const x: Image01 = { width, height, channels: 3, data: readFloats(golden, 'input.x') };
  const data = readFloats(golden, 'input.cotangent');
  const cotangent: Image01 = { width: outWidth, height: outHeight, channels: 3, data };
  return compareTensors(
    golden,
    new Map([
      ['output.y', resizeImage(x, cotangent, options).data],
      ['grad.x', resizeImageVjp(cotangent, x, options).data],
    ]),
  );
}

type Write = (g: GraphBuilder, x: Value) => Value;

/** The graph of a differentiable operation; undefined for cases that are no graphs. */
function graphFor({ name, json: { config } }: GoldenFile): Write | undefined {
  if (name === 'ycbcr') return rgbToYcbcr;
  if (name === 'ycbcr-inverse') return ycbcrToRgb;
  const simple = /^jpeg-simple-q(\d+)-(420|444)-(cubic|straight-through)$/.exec(name);
  if (!simple) return undefined;
  const [, quality, chroma, rounding] = simple as unknown as [
    string,
    string,
    '420' | '444',
    'cubic' | 'straight-through',
  ];
  if (Number(quality) !== config.quality) throw new Error(`${name}: the quality is ${config.quality}`);
  return (g, x) => writePasses(g, x, [jpegPass({ quality: Number(quality), chroma, rounding })]);
}

async function inGraph(golden: GoldenFile, write: Write, runtime: Runtime): Promise<Check[]> {
  const g = new GraphBuilder(golden.name);
  g.output('y', write(g, g.input('x', 'float32', readShape(golden, 'input.x'))));
  const results = await runGraph(runtime, golden, vjp(g.build(), { outputs: ['y'], wrt: ['x'], keep: ['y'] }), {
    'cotangent.y': readFloats(golden, 'input.cotangent'),
  });
  const ours = new Map([
    ['output.y', results.y as Float32Array],
    ['grad.x', results['grad.x'] as Float32Array],
  ]);
  return compareTensors(golden, ours);
}

/** torchvision's gaussian_blur and its gradient: on the host by matrices, and as a graph. */
async function gaussianBlur(golden: GoldenFile, runtime: Runtime): Promise<Check[]> {
  const [, , height, width] = readShape(golden, 'input.x') as [number, number, number, number];
  const radius = (Number(golden.json.config.kernel) - 1) / 2;
  const sigma = Number(golden.json.config.sigma);
  const graph = await inGraph(
    golden,
    (g, x) => writePasses(g, x, [blurPass({ width, height }, sigma, radius)]),
    runtime,
  );
  const [along, down] = [width, height].map((n) => gaussianMatrix(n, radius, sigma));
  const blurred = (name: string, transpose = (m: BandMatrix): BandMatrix => m): Float32Array =>
    applySeparable(readFloats(golden, name), { width, height }, 3, transpose(along!), transpose(down!));
  const host = compareTensors(
    golden,
    new Map([
      ['output.y', blurred('input.x')],
      ['grad.x', blurred('input.cotangent', transposeBand)],
    ]),
  );
  return [...host, ...graph.map((check) => ({ ...check, name: `${check.name} in a graph` }))];
}

/** Files of Pillow with libjpeg-turbo, read again: equal to the last byte. Its 8-bit YCbCr is not reproduced. */
async function jpegFiles(golden: GoldenFile): Promise<Check[]> {
  const [height, width] = readShape(golden, 'input.pixels') as [number, number];
  const pixels = { width, height, channels: 3 as const, data: readBytes(golden, 'input.pixels') };
  const names = [...golden.tensors.keys()].filter((name) => /^output\.q\d+_\d+$/.test(name));
  return Promise.all(
    names.map(async (name) => {
      const [, quality, chroma] = /q(\d+)_(\d+)/.exec(name)!;
      const { data } = await parsePurifier(`jpeg:${quality}:${chroma}`).apply(pixels, { seed: 0, codecs: sharpCodecs });
      const theirs = readBytes(golden, name);
      const error = data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i]!)), 0);
      return { name, error, tolerance: 0.5 };
    }),
  );
}

/** Bytes against bytes: the tolerance is no level at all. */
function pillowResizes(golden: GoldenFile, names: readonly string[]): Check[] {
  const [height, width, channels] = readShape(golden, 'input.pixels') as [number, number, number];
  const pixels = readBytes(golden, 'input.pixels');
  return names.map((name) => {
    const [outHeight, outWidth] = readShape(golden, name) as [number, number, number];
    const size = { width: outWidth, height: outHeight };
    const ours = pillowResize(pixels, { width, height }, channels, size, pillowFilter(name)!);
    const theirs = readBytes(golden, name);
    const error = ours.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i]!)), 0);
    return { name, error, tolerance: 0.5 };
  });
}

/** diffusers' VaeImageProcessor: Lanczos in 8 bits, then [-1, 1]; masks become 0 and 1. */
function preprocess(golden: GoldenFile): Check[] {
  const resized = (input: string, output: string): Uint8Array => {
    const [height, width, channels = 1] = readShape(golden, input) as [number, number, number?];
    const [, , outHeight, outWidth] = readShape(golden, output) as [number, number, number, number];
    const size = { width: outWidth, height: outHeight };
    return pillowResize(readBytes(golden, input), { width, height }, channels, size, 'lanczos3');
  };
  const rgb = resized('input.pixels', 'output.image');
  const area = rgb.length / 3;
  const planar = Float32Array.from(rgb, (_, i) => (2 * rgb[(i % area) * 3 + Math.floor(i / area)]!) / 255 - 1);
  const mask = Float32Array.from(resized('input.mask_pixels', 'output.mask'), (v) => (v >= 127.5 ? 1 : 0));
  return compareTensors(
    golden,
    new Map([
      ['output.image', planar],
      ['output.mask', mask],
    ]),
  );
}

function pillowFilter(tensor: string): PillowFilter | undefined {
  return PILLOW[/^output\.([a-z]+)_(?:down|up)$/.exec(tensor)?.[1] ?? ''];
}

function readBytes(golden: GoldenFile, name: string): Uint8Array {
  return Uint8Array.from(golden.tensors.get(name)!.data);
}
