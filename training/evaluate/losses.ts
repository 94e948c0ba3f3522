// The loss on validation photos with fixed noise, next to trivial predictors; and whether captions matter: the same
// noise and timestep with the right caption, with the caption of a photo with another label, and with none.
import { halfToFloat } from 'onnx-grad';
import type { Pipeline } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { editorCache } from '../data/editor-cache.ts';
import type { CacheContent } from '../data/editor-cache-file.ts';
import { noiseLevels } from '../data/editor-noise.ts';
import {
  BATCH,
  type LatentStatistics,
  networkPredictor,
  type Predict,
  type RegionErrors,
  regionErrors,
  trivialPredictor,
  zeroPredictor,
} from './region-errors.ts';
import { type Estimate, estimate, measureShare, rounded } from './statistics.ts';
import { bestPrompt, type ValidationSet, withPrompts } from './validation-set.ts';

/** Mean squared errors of v. */
export interface RegionLoss {
  readonly hole: number;
  readonly known: number;
  readonly whole: number;
}

/** Losses of the model and of predictors without a network. */
export interface ValidationLosses {
  readonly photos: number;
  readonly model: RegionLoss;
  readonly zero: RegionLoss;
  /** Copies what is visible and filters the rest. */
  readonly trivial: RegionLoss;
}

/** Losses by caption, in holes or of whole pictures; means over photos. */
export interface CaptionLosses {
  readonly right: number;
  readonly wrong: number;
  readonly empty: number;
  readonly wrongMinusRight: Estimate;
  readonly emptyMinusRight: Estimate;
  /** Share of photos for which the right caption is better than the wrong one. */
  readonly rightIsBetter: number;
}

const roundLoss = ({ hole, known, whole }: RegionErrors): RegionLoss => ({
  hole: rounded(hole),
  known: rounded(known),
  whole: rounded(whole),
});

/** The model's loss on some data; also the loss that tests measure for the committed checkpoint. */
export async function modelLoss(runtime: Runtime, pipeline: Pipeline, content: CacheContent): Promise<RegionErrors> {
  const cache = editorCache(content);
  const predict = await networkPredictor(runtime, pipeline, cache.latentSide);
  try {
    return await regionErrors(predict, cache.validation(BATCH));
  } finally {
    await predict.release();
  }
}

/** See the head of this file. */
export async function validationLosses(
  runtime: Runtime,
  pipeline: Pipeline,
  { content, rows }: ValidationSet,
): Promise<ValidationLosses> {
  const cache = editorCache(content);
  const of = async (predict: Predict) => roundLoss(await regionErrors(predict, cache.validation(BATCH)));
  return {
    photos: rows.length,
    model: roundLoss(await modelLoss(runtime, pipeline, content)),
    zero: await of(zeroPredictor),
    trivial: await of(trivialPredictor(measureLatents(content), noiseLevels())),
  };
}

/** Statistics of the photos' own latents, which help the trivial predictor. */
export function measureLatents({ index, tensors }: CacheContent): LatentStatistics {
  const area = index.latentSide ** 2;
  const channels = tensors.hidden.length / area;
  const values = Array.from({ length: channels }, (_, c) =>
    Float64Array.from(
      tensors.latent.filter((_, i) => Math.floor(i / area) % channels === c),
      halfToFloat,
    ),
  );
  const mean = values.map((list) => list.reduce((sum, x) => sum + x, 0) / list.length);
  const variance = values.map((list, c) => list.reduce((sum, x) => sum + (x - mean[c]!) ** 2, 0) / list.length);
  return { mean, variance };
}

/** See the head of this file. */
export async function captionLosses(
  runtime: Runtime,
  pipeline: Pipeline,
  { content, rows, captions: { captions } }: ValidationSet,
): Promise<{ readonly hole: CaptionLosses; readonly whole: CaptionLosses }> {
  const right = await modelLoss(runtime, pipeline, content);
  const other = rows.map((row, i) => {
    const j = Array.from({ length: rows.length }, (_, k) => (i + 1 + k) % rows.length).find(
      (k) => rows[k]!.label !== row.label,
    );
    return j === undefined ? 0 : bestPrompt(captions, j);
  });
  const wrong = await modelLoss(
    runtime,
    pipeline,
    withPrompts(content, (photo) => other[photo]!),
  );
  const empty = await modelLoss(
    runtime,
    pipeline,
    withPrompts(content, () => 0),
  );
  const region = (name: 'hole' | 'whole'): CaptionLosses => {
    const [r, w, e] = [right.each[name], wrong.each[name], empty.each[name]];
    return {
      right: estimate(r).mean,
      wrong: estimate(w).mean,
      empty: estimate(e).mean,
      wrongMinusRight: estimate(w.map((loss, i) => loss - r[i]!)),
      emptyMinusRight: estimate(e.map((loss, i) => loss - r[i]!)),
      rightIsBetter: measureShare(w, (loss, i) => loss > r[i]!),
    };
  };
  return { hole: region('hole'), whole: region('whole') };
}
