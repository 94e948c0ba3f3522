// Inpainting of a hole in validation photos, compared with the original: PSNR in the hole, and the Fréchet distance
// between the holes' content and that of the photos, next to filling the hole with the mean of the known pixels.

import { encoderFeatures } from 'photoguard/features';
import { type Mask, type Pixels8, toImage01, toPixels8 } from 'photoguard/image';
import { frechetDistance, psnr } from 'photoguard/metrics';
import type { Autoencoder, Pipeline } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { Draws } from 'photoguard/training';
import { reconstruct } from 'photoguard/view';
import { STREAMS } from '../common/streams.ts';
import { boxMask, type Edits, filled, toPicture } from './edits.ts';
import { type Estimate, estimate, measureShare, rounded } from './statistics.ts';
import { bestPrompt, SIDE, type ValidationSet } from './validation-set.ts';

/** Side of the hole, in pixels of 128. */
const HOLE = 48;
const SEED = 5;

/** Figures of a method of filling holes. */
export interface FillFigures {
  /** PSNR in the hole, in dB. */
  readonly psnr: Estimate;
  /** Fréchet distance of the holes' content, with the named network. */
  readonly frechet: number;
}

/** See the head of this file. */
export interface InpaintingFigures {
  readonly photos: number;
  readonly hole: number;
  /** Name of the network of the Fréchet distances. */
  readonly network: string;
  readonly model: FillFigures;
  readonly meanFill: FillFigures;
  /** The photo through the editor's autoencoder: the best that an editor of these latents can reach. */
  readonly roundTrip: FillFigures;
  readonly betterThanMeanFill: number;
}

/** Fills a hole in each of the first `count` photos. */
export async function inpainting(
  { runtime, pipeline, edits }: { readonly runtime: Runtime; readonly pipeline: Pipeline; readonly edits: Edits },
  { examples, captions: { prompts, captions } }: ValidationSet,
  {
    count,
    teacher,
  }: { readonly count: number; readonly teacher: { readonly ref: string; readonly autoencoder: Autoencoder } },
): Promise<InpaintingFigures> {
  const draws = new Draws(SEED, STREAMS.judging);
  const holes = examples.slice(0, count).map(({ rgb }, i) => {
    const [left, top] = [draws.between(16, 64), draws.between(16, 64)];
    return {
      photo: toPicture(rgb),
      mask: boxMask(left, top, HOLE),
      left,
      top,
      prompt: prompts[bestPrompt(captions, i)]!,
    };
  });
  const made: Pixels8[] = [];
  for (const [i, { photo, mask, prompt }] of holes.entries())
    made.push(await edits.make({ photo, mask, prompt, seed: SEED + i }));
  const size = { width: SIDE, height: SIDE };
  const images = holes.map(({ photo }) => toImage01(photo));
  const back = (await reconstruct(runtime, pipeline.autoencoder, size, images)).map(toPixels8);
  const mean = holes.map(({ photo, mask }) => filled(photo, mask, meanOutside(photo, mask)));

  const network = encoderFeatures(runtime, teacher.ref, teacher.autoencoder, { width: 64, height: 64 });
  try {
    const contents = (pictures: readonly Pixels8[]): Pixels8[] =>
      pictures.map((picture, i) => content(picture, holes[i]!));
    const truth = contents(holes.map(({ photo }) => photo));
    const real = await network.features(truth);
    const psnrs = (pictures: readonly Pixels8[]): number[] =>
      contents(pictures).map((hole, i) => psnr(truth[i]!, hole));
    const figures = async (pictures: readonly Pixels8[]): Promise<FillFigures> => ({
      psnr: estimate(psnrs(pictures)),
      frechet: rounded(frechetDistance(await network.features(contents(pictures)), real)),
    });
    const flat = psnrs(mean);
    return {
      ...{ photos: holes.length, hole: HOLE, network: network.name },
      model: await figures(made),
      meanFill: await figures(mean),
      roundTrip: await figures(back),
      betterThanMeanFill: measureShare(psnrs(made), (value, i) => value > flat[i]!),
    };
  } finally {
    await network.release();
  }
}

/** The content of a hole as a picture. */
function content({ data }: Pixels8, { left, top }: { readonly left: number; readonly top: number }): Pixels8 {
  const rgb = Uint8Array.from({ length: HOLE * HOLE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % HOLE, Math.floor(i / 3 / HOLE)];
    return data[((top + y) * SIDE + left + x) * 3 + (i % 3)]!;
  });
  return { width: HOLE, height: HOLE, channels: 3, data: rgb };
}

function meanOutside({ data }: Pixels8, { data: mask }: Mask): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  mask.forEach((inside, at) => {
    if (inside) return;
    count++;
    for (let c = 0; c < 3; c++) sums[c]! += data[3 * at + c]!;
  });
  return sums.map((sum) => sum / count);
}
