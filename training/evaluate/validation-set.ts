// The photos for evaluating an editor: the validation split, each with its own mask, encoded by the editor's own
// autoencoder, with captions in its own tokens. Noise and timesteps are fixed, so that editors can be compared.
import { PhotoGuardError } from 'photoguard/errors';
import type { Pipeline } from 'photoguard/models';
import { Random } from 'photoguard/random';
import type { Runtime } from 'photoguard/runtime';
import { Draws } from 'photoguard/training';
import { STREAMS } from '../common/streams.ts';
import { type Captions, indexCaptions } from '../data/captions.ts';
import { CACHE_VERSION, CAPTIONS, type CacheContent } from '../data/editor-cache-file.ts';
import { VALIDATION_TIMESTEPS } from '../data/editor-noise.ts';
import { openLatentEncoder } from '../data/latent-encoder.ts';
import { type CaptionedPhoto, loadPhotos, readCaptions } from '../data/photo-set.ts';
import { colourOfPhoto } from '../data/prepare-photos.ts';
import { type Example, makeExample } from '../data/versions.ts';

/** Pixels of a side of the photos. */
export const SIDE = 128;
/** Seeds of crops and masks, and of the noise. */
const SEED = 12345;

/** Photos for evaluation. */
export interface ValidationSet {
  readonly rows: readonly CaptionedPhoto[];
  /** One a row: pixels and mask. */
  readonly examples: readonly Example[];
  /** Prompts, and for each photo those that describe it. */
  readonly captions: Captions;
  /** For `editorCache`. */
  readonly content: CacheContent;
}

/** Rows of captions.jsonl that are for validation, in an order that mixes kinds; at most `limit`. */
export async function validationRows(folder: string, limit?: number): Promise<CaptionedPhoto[]> {
  const rows = (await readCaptions(folder)).filter(({ split }) => split === 'validation');
  const name = ({ file }: CaptionedPhoto): string => file.split('/').at(-1)!; // a hash of the photo
  return rows.sort((a, b) => (name(a) < name(b) ? -1 : 1)).slice(0, limit);
}

/** Reads the validation photos of a folder. @throws PhotoGuardError `input` for a folder without any */
export async function validationSet(
  runtime: Runtime,
  pipeline: Pipeline,
  { photos: folder, limit, signal }: { readonly photos: string; readonly limit?: number; readonly signal: AbortSignal },
): Promise<ValidationSet> {
  const asked = await validationRows(folder, limit);
  const { photos } = await loadPhotos(
    folder,
    asked.map(({ file }) => file),
    SIDE / 2,
    { signal },
  );
  const found = new Map(photos.map((photo) => [photo.file, photo]));
  const rows = asked.filter(({ file }) => found.has(file));
  if (rows.length === 0) throw new PhotoGuardError('input', `${folder}: no photo of the validation split can be read`);
  const findPhoto = (row: CaptionedPhoto) => found.get(row.file)!;
  const examples = rows.map((row) => makeExample(row, findPhoto(row), 0, { seed: SEED, side: SIDE }));
  const captions = indexCaptions(
    rows,
    rows.map((row) => colourOfPhoto(row, findPhoto(row))),
  );
  return { rows, examples, captions, content: await makeContent(runtime, pipeline, examples, captions, signal) };
}

/** Examples as the content of a cache with only validation rows. */
export async function makeContent(
  runtime: Runtime,
  pipeline: Pipeline,
  examples: readonly Example[],
  { prompts, captions }: Captions,
  signal?: AbortSignal,
): Promise<CacheContent> {
  requireInpainting(pipeline);
  const { texts, autoencoder } = pipeline;
  const { tokenizer } = texts[0]!;
  const encoder = await openLatentEncoder(runtime, autoencoder, SIDE);
  try {
    const n = examples.length;
    const ids = new Int32Array(prompts.length * tokenizer.maxTokens);
    for (const [i, prompt] of prompts.entries()) ids.set(tokenizer.encode(prompt).ids, i * tokenizer.maxTokens);
    const draws = new Draws(SEED, STREAMS.judging);
    return {
      index: {
        ...{ version: CACHE_VERSION, madeBy: { program: 'training/evaluate' }, junk: 0, prompts },
        ...{ latentSide: encoder.latentSide, tokens: tokenizer.maxTokens, photos: examples.map((_, i) => String(i)) },
      },
      tensors: {
        ...(await encoder.encode(examples, signal)),
        ...{ hidden: encoder.hidden, captions, ids, weight: new Float32Array(n) },
        photo: Int32Array.from({ length: n }, (_, i) => i),
        validationNoise: new Random(SEED, STREAMS.judgingNoise).normal(2 * n * encoder.hidden.length),
        validationTimestep: Int32Array.from({ length: 2 * n }, () => draws.pick(VALIDATION_TIMESTEPS)),
      },
    };
  } finally {
    await encoder.release();
  }
}

/** The same photos, each with one prompt for all of its captions. */
export function withPrompts({ index, tensors }: CacheContent, choosePrompt: (photo: number) => number): CacheContent {
  const captions = Int32Array.from(tensors.captions, (_, i) =>
    i % CAPTIONS < 2 ? choosePrompt(Math.floor(i / CAPTIONS)) : -1,
  );
  return { index, tensors: { ...tensors, captions } };
}

/** The prompt that describes a photo best: the caption with a colour if there is one. */
export const bestPrompt = (captions: Int32Array, photo: number): number => {
  const colored = captions[photo * CAPTIONS + 2]!;
  return colored >= 0 ? colored : captions[photo * CAPTIONS]!;
};

// The loss and its batches are for an editor that predicts v on the training schedule.
function requireInpainting({ inpaints, label, schedulerConfig, autoencoder }: Pipeline): void {
  const config = schedulerConfig as { prediction_type?: string } | null;
  if (!inpaints || autoencoder.latentChannels !== 4 || config?.prediction_type !== 'v_prediction')
    throw new PhotoGuardError(
      'config',
      `${label}: the evaluation is of inpainting editors that predict v, with 9 channels`,
    );
}
