// One photo of `photoguard immunize`, from its file to the result's file. All figures are measured on the file as
// written.
import { resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import type { Photo, PhotoHeader, Pixels8, Size } from 'photoguard/image/node';
import { comparePicture, decodePhoto, encodePhoto, sharpCodecs, writeWhole } from 'photoguard/image/node';
import { l2, linf255 } from 'photoguard/metrics';
import {
  FLAT_NOTE,
  greyHidden,
  isFlat,
  type Judge,
  keepTransparent,
  type Losses,
  lossReports,
  maskTransparent,
  measureChange,
  measureProtection,
  requireBetter,
  uploaded,
} from 'photoguard/protection';
import { type ImmunizationRecord, type RecordedModel, recorded } from 'photoguard/record';
import type { Runtime } from 'photoguard/runtime';
import { parseShip } from 'photoguard/transforms';
import type { Trigger } from 'photoguard/trigger';
import { fitSize, sideMultiple } from 'photoguard/view';
import type { ProgressLine } from '#terminal';
import { type Budget, sizeText } from './budget.ts';
import { collectGarbage } from './collect.ts';
import type { Signing } from './credential.ts';
import { pictureAt, sayTheSame } from './finished.ts';
import { givenMask, maskNotes } from './given-mask.ts';
import { givenPreference, preferenceNotes } from './given-preference.ts';
import type { PlacedPhoto } from './immunize-places.ts';
import { type Method, makePanels, type Prepared } from './method.ts';
import { peakMegabytes } from './peak.ts';
import { planPhoto } from './plan-photo.ts';
import { makeRecord } from './record.ts';
import type { PhotoReport } from './report.ts';
import type { ImmunizeOptions } from './settings.ts';

/** What all photos of a batch have in common. */
export interface Job {
  readonly options: ImmunizeOptions;
  readonly method: Method;
  /** The models as records describe them. */
  readonly models: readonly RecordedModel[];
  /** What is written into every photo besides. */
  readonly trigger: Trigger | undefined;
  /** Notes that apply to every photo; people see them once. */
  readonly caveats: readonly string[];
  /** Files that must stay as they are. */
  readonly originals: readonly string[];
  /** The mask's, where it is a file. */
  readonly maskHeader: PhotoHeader | undefined;
  readonly runtime: Runtime;
  /** Signs results, with --credential. */
  readonly signing: Signing | undefined;
  /** For everything, all processes together. */
  readonly budget: Budget;
  /** Whether there is more than one photo. */
  readonly several: boolean;
  readonly signal: AbortSignal;
  readonly line: ProgressLine;
}

/** A photo that was changed, or that an earlier run had changed. */
export interface Changed {
  /** Writes the result and measures it; absent if it is already there, with the same record. */
  readonly finish?: () => Promise<PhotoReport>;
  /** Whether the next photo may begin before that is done: it needs no model, and there is memory for both. */
  readonly isApart: boolean;
}

/**
 * Changes a photo.
 * @throws PhotoGuardError for anything wrong with the photo; `finish`, if it would be no better protected than before
 */
export async function changePhoto(placed: PlacedPhoto, job: Job): Promise<Changed> {
  const { options, method, models, trigger, caveats, originals, maskHeader, runtime, signing } = job;
  const { budget, several, signal, line } = job;
  const { input, output, format, compare } = placed;
  const { constraint, recipe } = method;
  signing?.requireFormat(format);
  line.show(input, 'planning');
  const prefers = options.spare !== undefined || options.favour !== undefined;
  const flags = {
    ...{ several, shows: compare !== undefined },
    ...{ masked: options.mask !== undefined, spared: prefers },
  };
  const plan = await planPhoto(input, { method, runtime, budget, maskHeader, ...flags });
  const photo = await decodePhoto(input, { memory: budget.bytes });
  collectGarbage(photo.pixels); // what decoding took
  const { width, height } = photo.pixels;
  const record = await makeRecord(photo, method, options, plan.modelSizes, models, trigger?.id);
  if (await isFinished(placed, record, options, signing)) return { isApart: false };
  const given = await givenMask(options.mask, photo.pixels, budget);
  // To an editor a mask says what is repainted, so there transparent parts are only left as they were.
  const mask = method.needsEditor ? given : maskTransparent(photo, given);
  if (prefers) line.show(input, 'looking at what is to be spared or favoured');
  const preference = await givenPreference(options, photo.pixels, { runtime, budget, signal });
  const prepared = await plan.prepare({ photo, mask, ...preference.where });
  const { attack } = prepared;
  const modelSize = plan.modelSizes[0]!;
  const release = (): Promise<void> => attack.release().catch(() => undefined); // the first error is the one to report
  const { pixels, ...made } = await change().catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const needsModel = recipe.steps > 0 || method.judges.length > 0 || compare !== undefined;
  const isApart = !needsModel && 2 * plan.bytes <= budget.bytes;
  return { isApart, finish: () => finish().finally(release) };

  function change() {
    line.show(input, `loading at ${modelSize.width}x${modelSize.height}, about ${sizeText(plan.bytes)}`);
    return attack.immunize(photo.pixels, { signal, onProgress: (progress) => line.step(input, progress) });
  }

  async function finish(): Promise<PhotoReport> {
    const changed = keepTransparent(photo, trigger ? trigger.write(pixels, { mask }) : pixels);
    line.show(input, 'measuring');
    collectGarbage(); // what the attack worked in
    const reached = method.visibility && Math.max(1, linf255(photo.pixels, changed));
    const eps255 = reached ?? reachedBound(record, photo.pixels, changed);
    const written = { ...record, eps255 };
    const carried = recorded(photo, options.record ? written : undefined, format);
    const shipped = options.ship === undefined ? {} : parseShip(options.ship);
    const encoded = await encodePhoto(changed, format, { ...photo, ...shipped, metadata: carried.metadata });
    collectGarbage(photo.pixels);
    const result = (await decodePhoto(encoded.bytes)).pixels;
    // Where visibility is the bound, a ball says nothing about the size of the change: the noise is as large as the change.
    // Without a model to measure with, it is for the picture alone.
    const isCompared = recipe.steps > 0 || compare !== undefined;
    const control = isCompared ? attack.control(photo.pixels, method.visibility && result) : result;
    const losses: Losses = {
      immunized: await attack.measure(result, signal, photo.pixels),
      original: await attack.measure(photo.pixels, signal),
      noise: await attack.measure(control, signal, photo.pixels),
    };
    await attack.release(); // the programs that follow must not come on top
    const worse = requireBetter(losses);
    const { file, signed } = signing ? await signing.sign(encoded.bytes, result) : { file: encoded.bytes };
    await writeWhole(output, file, { originals, like: input });
    const { judges, judgesAttacked: attacked } = method;
    const { seed } = options;
    const protection =
      judges.length > 0
        ? await measureProtection(greyHidden(photo.pixels, mask), greyHidden(result, mask), {
            ...{ judges, attacked, seed, runtime, codecs: sharpCodecs, signal },
            ...(options.quick ? { size: quickSize(modelSize, judges), tone: false } : { size: modelSize }),
          })
        : undefined;
    if (compare !== undefined) await writePicture(compare, input, photo, [result, control], job, prepared);
    return {
      input: resolve(input),
      output: resolve(output),
      width,
      height,
      modelSize: [modelSize.width, modelSize.height],
      attack: method.name,
      recipe: recipe.name,
      norm: constraint.norm,
      eps255,
      ...measureChange(photo.pixels, result, mask),
      ...(method.visibility && { visibility: method.visibility }),
      ...(preference.facesSpared !== undefined && { facesSpared: preference.facesSpared }),
      ...(trigger && { trigger: trigger.id }),
      seed: options.seed,
      gradients: made.gradients,
      seconds: round(made.seconds, 2),
      peakRssMB: await peakMegabytes(runtime),
      ...(compare !== undefined && { compare: resolve(compare) }),
      // If the photo had no XMP, the record's XMP does not count as kept metadata.
      metadataKept: encoded.metadataKept.filter((kind) => kind !== 'XMP' || photo.metadata.xmp !== undefined),
      record: carried.written && encoded.metadataKept.includes('XMP'),
      ...(signed && { credential: signed }),
      notes: [
        ...maskNotes(options.mask),
        ...preferenceNotes(preference),
        ...(protection && isFlat(protection) ? [FLAT_NOTE] : []),
        ...photo.notes,
        ...carried.notes,
        ...encoded.notes,
        ...lossyNotes(format, options),
        ...prepared.notes,
        ...caveats,
      ],
      models: lossReports(losses),
      ...(protection && { protection }),
      ...(method.details && { [method.name]: method.details(losses) }),
      ...(made.stopped !== undefined && { stopped: made.stopped }),
      ...(worse.length > 0 && { worse }),
    };
  }
}

// The bound of the record; a trigger comes on top of it.
function reachedBound({ norm, eps255, trigger }: ImmunizationRecord, before: Pixels8, after: Pixels8): number {
  if (trigger === undefined) return eps255;
  const reached = norm === 'linf' ? linf255(before, after) : 255 * l2(before, after);
  return round(Math.max(eps255, reached), 3);
}

// Whether an earlier run already made the result of this one. A result of another photo is not replaced unasked.
async function isFinished(
  { output, compare, former }: PlacedPhoto,
  record: ImmunizationRecord,
  options: ImmunizeOptions,
  signing: Signing | undefined,
) {
  if (!former) return false;
  if (former.original !== record.original && !options.overwrite)
    throw new PhotoGuardError('unwritable', 'a result of another photo is already there', {
      got: output,
      hint: 'replace it with --overwrite, or choose other names with --name',
    });
  if (options.force || !options.record || !sayTheSame(former, record)) return false;
  if (signing && !(await signing.isSigned(output))) return false;
  return compare === undefined || (await pictureAt(compare)) !== 'nothing';
}

async function writePicture(
  path: string,
  input: string,
  photo: Photo,
  [written, control]: readonly [written: Photo['pixels'], control: Photo['pixels']],
  { method, signal, originals }: Job,
  prepared: Prepared,
): Promise<void> {
  const upload = (pixels: Photo['pixels']): Promise<Photo['pixels']> => uploaded(pixels, sharpCodecs, signal);
  const pictures = {
    ...{ original: photo.pixels, immunized: written, noise: control },
    ...(!method.needsEditor && {
      uploaded: { original: await upload(photo.pixels), immunized: await upload(written) },
    }),
  };
  const seen = await makePanels(pictures, method.shown, (shown) => prepared.show(shown, signal));
  const picture = await comparePicture(photo.pixels, written, {
    seen,
    ...(seen.length > 3 && { columns: 4 }),
    icc: photo.metadata.icc,
  });
  await writeWhole(path, picture, { originals, like: input });
}

/** Longer side of the photo that is measured with `--quick`. */
const QUICK_SIDE = 512;

const quickSize = ({ width, height }: Size, judges: readonly Judge[]): Size => {
  const factors = judges.flatMap(({ spaces }) => spaces.map(({ encoder }) => sideMultiple(encoder)));
  return fitSize(width, height, `upload:${QUICK_SIDE}`, Math.max(...factors));
};

const lossyNotes = (format: string, { ship }: ImmunizeOptions): string[] =>
  (format === 'jpeg' || format === 'avif') && ship === undefined
    ? [`${format} is lossy: figures are measured on the written file; a PNG keeps more of the protection`]
    : [];

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
