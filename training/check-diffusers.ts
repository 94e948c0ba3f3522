// node --conditions=source training/check-diffusers.ts [--model FOLDER] [--python PYTHON] Checks that diffusers loads
// the embedded model unchanged and makes the same edits from the same noise.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { print, runCommand } from '@photoguard/terminal';
import { Command } from 'commander';
import { type EditNoise, Editor } from 'photoguard/editing';
import type { Image01, Mask } from 'photoguard/image';
import { toImage01 } from 'photoguard/image';
import { decodePhoto } from 'photoguard/image/node';
import { writeSafetensors } from 'photoguard/models';
import { loadPipeline, openCheckpoint } from 'photoguard/models/node';
import { Random } from 'photoguard/random';
import { openRuntime } from 'photoguard/runtime/node';
import { runChild } from '../tests/support/child.ts';
import { centreSquare, cut } from './data/crops.ts';
import { boxMask, toPicture } from './evaluate/edits.ts';
import { SIDE } from './evaluate/validation-set.ts';

interface Options {
  readonly model: string;
  readonly python: string;
}

const command = new Command('check-diffusers')
  .description(
    `Edits examples/portrait.png with the embedded model here and in diffusers, with the same noise: inpainting, and
image-to-image as inpainting of everything with a strength below 1. Exit status 1 if they differ.`,
  )
  .option('--model <folder>', 'folder of the pipeline', 'models/mini')
  .option('--python <program>', 'a Python with torch, diffusers, transformers and safetensors', 'python3');

/** Largest Euclidean norm of the difference, relative to that of diffusers' edit. */
const TOLERANCE = 1e-3;
const PROMPT = 'a portrait of a person';
const EDITS = {
  inpainting: { prompt: PROMPT, strength: 1, steps: 20, guidance: 3, mask: boxMask(32, 32, 64) },
  'image-to-image': { prompt: PROMPT, strength: 0.5, steps: 20, guidance: 3, mask: boxMask(0, 0, SIDE) },
} as const;
const PORTRAIT = fileURLToPath(new URL('../examples/portrait.png', import.meta.url));
const PEER = fileURLToPath(new URL('check-diffusers.py', import.meta.url));

await runCommand<Options>(command, async (options) => {
  const { pixels } = await decodePhoto(PORTRAIT);
  const image = toImage01(toPicture(cut({ file: PORTRAIT, ...pixels }, centreSquare(pixels, 'portraits'), SIDE)));
  const pipeline = await loadPipeline(options.model, 'mini');
  const latentSide = SIDE / pipeline.autoencoder.factor;
  const noise = new Random(0).normal(pipeline.autoencoder.latentChannels * latentSide ** 2);
  const ours = await editsHere(pipeline, image, noise);
  const theirs = await editsThere(options, image, { data: noise, latentSide });
  for (const [name, edit] of Object.entries(theirs)) {
    const error = Math.sqrt(sumBy(edit, (x, i) => (x - ours[name]![i]!) ** 2) / sumBy(edit, (x) => x ** 2));
    print(`${name}: relative error ${error.toExponential(1)} of ${TOLERANCE}`);
    if (!(error < TOLERANCE)) process.exitCode = 1;
  }
});

type Pipeline = Awaited<ReturnType<typeof loadPipeline>>;
type Edits = Readonly<Record<string, ArrayLike<number>>>;

async function editsHere(pipeline: Pipeline, image: Image01, data: Float32Array): Promise<Edits> {
  const none = (): never => {
    throw new Error('no other noise is drawn');
  };
  const zero = (length: number): Float32Array => new Float32Array(length);
  const noise: EditNoise = { posterior: zero, posteriorMasked: zero, initial: () => data, step: none };
  const runtime = await openRuntime({ device: 'cpu' });
  const editor = new Editor(pipeline, { width: SIDE, height: SIDE }, runtime);
  try {
    const edits: Record<string, ArrayLike<number>> = {};
    for (const [name, edit] of Object.entries(EDITS))
      edits[name] = (await editor.edit(await editor.prepare({ ...edit, noise }), image)).image.data;
    return edits;
  } finally {
    await runtime.close();
  }
}

async function editsThere(
  { model, python }: Options,
  image: Image01,
  noise: { readonly data: Float32Array; readonly latentSide: number },
): Promise<Edits> {
  const folder = await mkdtemp(join(tmpdir(), 'photoguard-diffusers-'));
  try {
    const { latentSide, data } = noise;
    const toMaskTensor = ({ data: mask }: Mask) => ({ shape: [1, 1, SIDE, SIDE], data: Float32Array.from(mask) });
    const tensors = {
      image: { shape: [1, 3, SIDE, SIDE], data: Float32Array.from(image.data) },
      noise: { shape: [1, data.length / latentSide ** 2, latentSide, latentSide], data },
      ...Object.fromEntries(Object.entries(EDITS).map(([name, { mask }]) => [`mask.${name}`, toMaskTensor(mask)])),
    };
    await writeFile(join(folder, 'inputs.safetensors'), writeSafetensors(new Map(Object.entries(tensors))));
    await writeFile(
      join(folder, 'spec.json'),
      JSON.stringify(EDITS, (key, value) => (key === 'mask' ? undefined : value)),
    );
    await runChild(python, [PEER, model, folder]);
    const outputs = await openCheckpoint(join(folder, 'outputs.safetensors'));
    const edits: Record<string, ArrayLike<number>> = {};
    for (const name of outputs.names()) edits[name] = await outputs.readTensor(name);
    return edits;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sumBy(values: ArrayLike<number>, of: (value: number, i: number) => number): number {
  return Array.from(values).reduce((sum, value, i) => sum + of(value, i), 0);
}
