// `photoguard immunize`: every photo through the attack, one after the other. What is reported is measured on the file
// as it was written. A photo that fails is told and the others go on.
import { resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import type { Photo } from 'photoguard/image/node';
import { comparePicture, decodePhoto, encodePhoto, formatOfName, writeWhole } from 'photoguard/image/node';
import { l2, linf255, psnr, ssim } from 'photoguard/metrics';
import type { Runtime } from 'photoguard/runtime';
import { openRuntime } from 'photoguard/runtime/node';
import { type Budget, budgetOf, sizeText } from './budget.ts';
import { collectGarbage } from './collect.ts';
import { attackCaveats, isTrial } from './default-model.ts';
import { diffusionMethod } from './diffusion-method.ts';
import { encoderMethod } from './encoder-method.ts';
import { givenMask, maskFile, maskNotes } from './given-mask.ts';
import type { Failure } from './json-report.ts';
import { type Losses, type Method, type Prepared, panelsOf } from './method.ts';
import { claim, compareBeside, compareOf, outputOf } from './outputs.ts';
import { peakMegabytes } from './peak.ts';
import { planPhoto } from './plan-photo.ts';
import type { ProgressLine } from './progress-line.ts';
import { progressLine } from './progress-line.ts';
import { recorded, recordOf } from './record.ts';
import type { PhotoReport } from './report.ts';
import { describe } from './report.ts';
import type { Session } from './session.ts';
import type { ImmunizeOptions } from './settings.ts';
import { tellDevice } from './tell-device.ts';

interface Job {
  readonly options: ImmunizeOptions;
  readonly photos: readonly string[];
  readonly method: Method;
  /** What is to be told of every photo alike; to people once. */
  readonly caveats: readonly string[];
  readonly runtime: Runtime;
  /** For everything, all processes together. */
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly line: ProgressLine;
  /** Files that this run has written or is about to. */
  readonly claimed: string[];
}

/** Immunizes photos and prints what was done. The number of photos that failed. */
export async function immunizePhotos(
  photos: readonly string[],
  options: ImmunizeOptions,
  { signal, report }: Session,
): Promise<number> {
  const results: PhotoReport[] = [];
  let failed = 0;
  const fail = (photo: string, failure: Failure): void => {
    failed++;
    report.fail({ input: resolve(photo), ...failure });
    const [what, ...stack] = options.verbose ? failure.message.split('\n') : [failure.message];
    if (!options.json) line.printError([`${photo}: ${what}`, ...stack]);
  };
  report.put({ results });
  const line = progressLine(!options.json);
  // What cannot work is told before anything is loaded.
  const method = await (options.attack === 'encoder' ? encoderMethod : diffusionMethod)(options, { line, signal });
  const caveats = await attackCaveats(method.models);
  await tellDevice(options.device, line);
  const runtime = await openRuntime({ device: options.device });
  const budget = budgetOf(options.memory);
  const job: Job = { options, photos, method, caveats, runtime, budget, signal, line, claimed: [] };
  try {
    for (const photo of photos) {
      if (signal.aborted) break;
      try {
        const result = await immunizePhoto(photo, job);
        results.push(result);
        if (!options.json) line.print(describe(result, results.length > 1 ? caveats : []));
        if (result.stopped !== undefined) fail(photo, stoppedEarly(result.stopped));
      } catch (error) {
        if (signal.aborted) break;
        fail(photo, failureOf(error, options.verbose));
      }
    }
  } finally {
    line.done();
    await runtime.close();
  }
  return failed;
}

async function immunizePhoto(input: string, job: Job): Promise<PhotoReport> {
  const { options, photos, method, caveats, runtime, budget, signal, line, claimed } = job;
  const { constraint, recipe } = method;
  const output = await outputOf(input, photos.length, options.output);
  const format = formatOfName(output);
  const compare = await pictureOf(input, output, job);
  const originals = [...photos, ...filesOf(options)];
  await claim(output, originals, claimed);
  if (compare !== undefined) await claim(compare, originals, claimed);
  line.show(`${input}: planning`);
  const wanted = { method, runtime, budget, masked: options.mask !== undefined, shows: compare !== undefined };
  const planned = await planPhoto(input, wanted);
  const photo = await decodePhoto(input, { memory: budget.bytes });
  collectGarbage(); // what decoding took
  const { width, height } = photo.pixels;
  const mask = await givenMask(options.mask, photo.pixels);
  const prepared = await planned.prepare({ photo, ...(mask && { mask }) });
  const { attack } = prepared;
  const modelSize = planned.modelSizes[0]!;
  const at = `${modelSize.width}x${modelSize.height}`;
  try {
    const record = options.record ? await recordOf(photo, method, options, planned.modelSizes, signal) : undefined;
    line.show(`${input}: loading at ${at}, about ${sizeText(planned.bytes)}`);
    const made = await attack.immunize(photo.pixels, { signal, onProgress: (progress) => line.step(input, progress) });
    line.show(`${input}: measuring`);
    collectGarbage(); // what the attack worked in
    const carried = recorded(photo, record, format);
    const encoded = await encodePhoto(made.pixels, format, { ...photo, metadata: carried.metadata });
    await writeWhole(output, encoded.bytes, { originals });
    collectGarbage();
    const written = (await decodePhoto(output)).pixels;
    const losses: Losses = {
      immunized: await attack.measure(written, signal),
      original: await attack.measure(photo.pixels, signal),
      noise: await attack.measure(attack.control(photo.pixels), signal),
    };
    await attack.release(); // the picture's programs must not come on top
    if (compare !== undefined) await writePicture(compare, photo, written, job, prepared, originals);
    return {
      input: resolve(input),
      output: resolve(output),
      width,
      height,
      modelSize: [modelSize.width, modelSize.height],
      attack: method.name,
      recipe: recipe.name,
      norm: constraint.norm,
      eps255: round(constraint.eps * 255, 3),
      linf255: linf255(photo.pixels, written),
      l2: round(l2(photo.pixels, written), 4),
      psnr: round(psnr(photo.pixels, written), 3),
      ssim: round(ssim(photo.pixels, written), 5),
      seed: options.seed,
      gradients: made.gradients,
      seconds: round(made.seconds, 2),
      peakRssMB: await peakMegabytes(runtime),
      ...(compare !== undefined && { compare: resolve(compare) }),
      // XMP that is there for the record alone is nothing that was kept.
      metadataKept: encoded.metadataKept.filter((kind) => kind !== 'XMP' || photo.metadata.xmp !== undefined),
      record: carried.written && encoded.metadataKept.includes('XMP'),
      notes: [
        ...maskNotes(options.mask),
        ...photo.notes,
        ...carried.notes,
        ...encoded.notes,
        ...lossyNotes(format),
        ...prepared.notes,
        ...caveats,
      ],
      models: modelReports(losses),
      ...(method.details && { diffusion: method.details(losses) }),
      ...(made.stopped !== undefined && { stopped: made.stopped }),
    };
  } finally {
    await attack.release().catch(() => undefined); // the runtime may be gone; the first error is the one to tell
  }
}

// Where the side-by-side picture goes. Who tries it out with one photo wants to see what it does, and gets one unasked.
async function pictureOf(input: string, output: string, { options, photos }: Job): Promise<string | undefined> {
  const { compare } = options;
  if (compare === false) return undefined;
  if (compare !== undefined) return compareOf(input, photos.length, compare);
  return isTrial(options) && photos.length === 1 ? compareBeside(input, output) : undefined;
}

const modelReports = ({ immunized, original, noise }: Losses) =>
  immunized.map(({ ref, loss }, i) => ({
    ref,
    lossOriginal: round(original[i]!.loss, 4),
    lossImmunized: round(loss, 4),
    lossNoise: round(noise[i]!.loss, 4),
  }));

async function writePicture(
  path: string,
  photo: Photo,
  written: Photo['pixels'],
  { method, signal }: Job,
  prepared: Prepared,
  originals: readonly string[],
): Promise<void> {
  const control = prepared.attack.control(photo.pixels);
  const seen = await prepared.show([photo.pixels, written, control], signal);
  const picture = await comparePicture(photo.pixels, written, {
    seen: panelsOf(method.shown, seen),
    ...(photo.metadata.icc && { icc: photo.metadata.icc }),
  });
  await writeWhole(path, picture, { originals });
}

// What the user gave beside the photos, and must find as it was.
const filesOf = ({ mask, target = 'grey' }: ImmunizeOptions): string[] => [
  ...[maskFile(mask)].filter((file) => file !== undefined),
  ...(['grey', 'zero', 'noise', 'away'].includes(target) ? [] : [target]),
];

const lossyNotes = (format: string): string[] =>
  format === 'jpeg' || format === 'avif'
    ? [`${format} is lossy: the figures are of the file as written; a PNG keeps more of the protection`]
    : [];

const stoppedEarly = (reason: string): Failure => ({
  code: 'model',
  message: `stopped early, with the best image so far: ${reason}`,
});

const failureOf = (error: unknown, verbose: boolean): Failure => ({
  code: error instanceof PhotoGuardError ? error.code : 'internal',
  message: messageOf(error, verbose),
});

function messageOf(error: unknown, verbose: boolean): string {
  if (verbose && error instanceof Error) return error.stack ?? error.message;
  return error instanceof PhotoGuardError ? error.message : `${error} (a bug: please report it, with --verbose)`;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
