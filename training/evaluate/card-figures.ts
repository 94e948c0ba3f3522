// figures.json of models/mini: what was measured, the hashes of the weights used, and two losses that are cheap enough
// for a test to measure again.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pixels8 } from 'photoguard/image';
import type { Pipeline } from 'photoguard/models';
import type { EmbeddedFigures } from 'photoguard/models/node';
import type { Runtime } from 'photoguard/runtime';
import type { AutoencoderFigures } from './autoencoder-figures.ts';
import type { EditorFigures } from './editor-figures.ts';
import { modelLoss, type RegionLoss } from './losses.ts';
import { portraitLoss } from './portrait-loss.ts';
import { rounded } from './statistics.ts';
import { validationSet } from './validation-set.ts';

/** Files of weights, in the model's folder. */
export const WEIGHTS = [
  'vae/diffusion_pytorch_model.safetensors',
  'unet/diffusion_pytorch_model.safetensors',
  'text_encoder/model.safetensors',
] as const;

/** Validation photos of {@link FixedLosses}. */
const SUBSET = 24;

/** Losses on fixed pictures with fixed noise. */
export interface FixedLosses {
  /** On crops of examples/portrait.png, which is in the repository. */
  readonly portrait: RegionLoss;
  /** On the first {@link SUBSET} validation photos. */
  readonly photos: RegionLoss;
}

/** figures.json. */
export interface CardFigures extends EmbeddedFigures {
  readonly fixed: FixedLosses;
  readonly autoencoder: AutoencoderFigures;
  readonly editor: EditorFigures;
  /** The lab's editor, measured by the same command on the same photos, masks and noise. */
  readonly lab?: EditorFigures;
}

/** SHA-256 of each file of weights. */
export async function weightHashes(model: string): Promise<Record<string, string>> {
  const hash = async (path: string): Promise<[string, string]> => [
    path,
    createHash('sha256')
      .update(await readFile(join(model, path)))
      .digest('hex'),
  ];
  return Object.fromEntries(await Promise.all(WEIGHTS.map(hash)));
}

/** Measures the losses that tests measure again. `photos`: a folder with validation photos. */
export async function photosLoss(
  runtime: Runtime,
  pipeline: Pipeline,
  photos: string,
  signal: AbortSignal,
): Promise<RegionLoss> {
  const { content } = await validationSet(runtime, pipeline, { photos, limit: SUBSET, signal });
  const { hole, known, whole } = await modelLoss(runtime, pipeline, content);
  return { hole: rounded(hole, 5), known: rounded(known, 5), whole: rounded(whole, 5) };
}

/** Both losses. */
export async function fixedLosses(
  runtime: Runtime,
  pipeline: Pipeline,
  { portrait, photos, signal }: { readonly portrait: Pixels8; readonly photos: string; readonly signal: AbortSignal },
): Promise<FixedLosses> {
  return {
    portrait: await portraitLoss(runtime, pipeline, portrait),
    photos: await photosLoss(runtime, pipeline, photos, signal),
  };
}

/** What the program reports about the model: the transfer at the smallest measured size. */
export function findTransfer({ transfer }: AutoencoderFigures): EmbeddedFigures['transfer'] {
  const { side, photos, eps255, madeOnModel, madeOnTeacher, randomNoise } = transfer[0]!;
  return {
    ...{ teacher: 'its tiny autoencoder (TAESD)', eps255, photos, size: `${side}x${side}` },
    ...{ madeOnMini: madeOnModel.mean, madeOnTeacher: madeOnTeacher.mean, randomNoise: randomNoise.mean },
  };
}
