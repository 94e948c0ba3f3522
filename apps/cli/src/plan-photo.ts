// Plans a photo's memory from its header: nothing is decoded, loaded or allocated before it is known to fit. At its
// peak a run holds the photo, the attack's working memory, and the programs of the models.
import { WORKING_BYTES } from 'photoguard/attacks';
import { PhotoGuardError } from 'photoguard/errors';
import { type PhotoHeader, photoHeader, type Size } from 'photoguard/image/node';
import { EXCHANGED_BYTES, type Runtime } from 'photoguard/runtime';
import { type Budget, overBudget, PROCESSES_BYTES } from './budget.ts';
import { maskBytes } from './given-mask.ts';
import type { Method, Prepared, Subject } from './method.ts';

/** What a plan is made for. */
export interface PhotoPlanOptions {
  readonly method: Method;
  readonly runtime: Runtime;
  readonly budget: Budget;
  readonly masked: boolean;
  /** The mask's, where it is a file: it is decoded beside the photo. */
  readonly maskHeader: PhotoHeader | undefined;
  /** Whether a part of the photo is spared. */
  readonly spared: boolean;
  readonly shows: boolean;
  /** Whether there are other photos, for which programs may stay loaded. */
  readonly several: boolean;
}

/** The plan of a photo. */
export interface PlannedPhoto {
  /** Bytes that everything takes. */
  readonly bytes: number;
  prepare(subject: Subject): Promise<Prepared>;
  /** Size at which each model sees the photo. */
  readonly modelSizes: readonly Size[];
}

/** Bytes for each pixel of a photo of which a part is spared: how far, and the share of the bound that this leaves. */
const SPARING_BYTES = 8;

/** How much may stay loaded, in sizes of this photo's programs: its gradient, and as much again to measure it. */
const KEPT = 2;

/**
 * The plan of a photo, with the bytes of everything together. Programs of other photos are released to make room for
 * it.
 * @throws PhotoGuardError `memory` with the smallest budget that would be enough; errors of `photoHeader`
 */
export async function planPhoto(input: string, options: PhotoPlanOptions): Promise<PlannedPhoto> {
  const { method, runtime, budget, shows, several } = options;
  const header = await photoHeader(input);
  const modelSizes = method.modelSizes(header);
  const seen = modelSizes.reduce((sum, size) => sum + size.width * size.height, 0);
  const beside = PROCESSES_BYTES + method.heldBytes + countPhotoBytes(header, options) + EXCHANGED_BYTES * seen;
  try {
    const memory = Math.max(0, budget.bytes - beside);
    const planned = method.plan(modelSizes, { photo: { width: header.width, height: header.height }, memory, shows });
    if (several) await runtime.programs.limit(Math.min(memory, KEPT * planned.bytes));
    return {
      modelSizes,
      bytes: beside + planned.bytes,
      prepare: (subject) => planned.prepare(subject, runtime),
    };
  } catch (error) {
    if (!(error instanceof PhotoGuardError) || error.code !== 'memory' || error.bytes === undefined) throw error;
    const { width, height } = header;
    const at = [...new Set(modelSizes.map((size) => `${size.width}x${size.height}`))].join(', ');
    const what = `a photo of ${width}x${height} against ${method.models.join(', ')} at ${at}`;
    throw overBudget(budget, beside + error.bytes, what);
  }
}

// Memory of the photo itself while it is decoded, while its mask is, or while it is attacked, whichever is most.
function countPhotoBytes(
  { width, height, hasAlpha, fileBytes, decodeBytes }: PhotoHeader,
  { masked, maskHeader, spared }: PhotoPlanOptions,
): number {
  const area = width * height;
  const pixels = 3 + (hasAlpha ? 1 : 0);
  const mask = masked ? 1 : 0;
  const sparing = spared ? SPARING_BYTES : 0;
  const masking = maskHeader ? pixels * area + maskBytes(maskHeader, area) : 0;
  return Math.max(decodeBytes, masking, fileBytes + (pixels + mask + sparing + WORKING_BYTES) * area);
}
