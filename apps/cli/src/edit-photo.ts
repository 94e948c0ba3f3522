// `photoguard edit`: one photo through an editor, once for each seed.
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { EditorVictim } from 'photoguard/attacks';
import {
  Editor,
  findPhotoWay,
  type PreparedEdit,
  seededNoise,
  settleStrength,
  type XLWording,
} from 'photoguard/editing';
import { PhotoGuardError } from 'photoguard/errors';
import type { Image01, Mask, Panel, Photo, Size } from 'photoguard/image/node';
import { contactSheet, decodePhoto, encodePhoto, formatOfName, toPixels8, writeWhole } from 'photoguard/image/node';
import { openRuntime, type RuntimeOptions } from 'photoguard/runtime/node';
import { SCHEDULERS } from 'photoguard/schedulers';
import { resizedMask, seenPixels } from 'photoguard/view';
import { type ProgressLine, progressLine } from '#terminal';
import { type Budget, findBudget, readHeaderWithin } from './budget.ts';
import { collectGarbage } from './collect.ts';
import { editCaveats } from './default-model.ts';
import { about } from './given.ts';
import { givenMask, maskFile, readMaskHeader } from './given-mask.ts';
import { loadEditors, truncationNote } from './load-editors.ts';
import { Claims, makeFolder, namesFile, requireFolderFor, requirePng } from './outputs.ts';
import { peakMegabytes } from './peak.ts';
import { planPhotoEdit } from './plan-edit.ts';
import type { Session } from './session.ts';
import { tellDevice } from './tell-device.ts';

/** Options of `photoguard edit`, as commander gives them. */
export interface EditCommandOptions {
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly model?: string;
  readonly mask?: string;
  readonly strength?: number;
  readonly steps: number;
  readonly guidance: number;
  readonly imageGuidance?: number;
  readonly originalSize?: Size;
  readonly targetSize?: Size;
  readonly aestheticScore?: number;
  readonly eta: number;
  readonly scheduler?: string;
  readonly seed: number;
  readonly number: number;
  readonly size?: string;
  readonly output?: string;
  readonly device: NonNullable<RuntimeOptions['device']>;
  readonly lowMemory: boolean;
  /** Bytes. */
  readonly memory?: number;
  readonly compare?: string;
  readonly json: boolean;
}

interface Result {
  readonly output: string;
  readonly seed: number;
  readonly seconds: number;
}

/** Panels per row of a contact sheet. */
const COLUMNS = 4;
/** Least length of a panel's longer side in pixels: small edits are enlarged. */
const PANEL = 384;

/** Edits a photo and prints what was done. @throws PhotoGuardError for whatever keeps it from an edit */
export async function editPhoto(input: string, options: EditCommandOptions, session: Session): Promise<void> {
  const { signal } = session;
  const line = progressLine(!options.json);
  // Errors that can be found now are reported before gigabytes are downloaded.
  const outputs = await nameOutputs(input, options);
  const budget = findBudget(options.memory);
  const headers = {
    photo: await about(input, readHeaderWithin(input, budget)),
    mask: await readMaskHeader(options.mask, budget),
  };
  const [victim] = await loadEditors(options.model === undefined ? undefined : [options.model], { line, signal });
  // What the editor does not take is told now.
  settleStrength(victim!.pipeline, options.strength, options.mask !== undefined);
  const { size, plan, memory, splitGuidance } = await about(
    input,
    planPhotoEdit({ editor: victim!, ...headers, ...choosePlanOptions(options), budget }),
  );
  const photo = await about(input, decodePhoto(input, { memory: budget.bytes }));
  const mask = await about(input, seenMask(photo, size, options, budget));
  const image = seenPixels(photo.pixels, size);
  collectGarbage(photo.pixels); // what decoding took
  await tellDevice(options.device, line);
  const runtime = await openRuntime({ device: options.device });
  const editor = new Editor(victim!.pipeline, size, runtime, { plan, splitGuidance, oneAtATime: options.lowMemory });
  try {
    await runtime.programs.limit(memory);
    const results: Result[] = [];
    const pictures: Panel[] = [];
    let last: PreparedEdit | undefined;
    for (const [i, output] of outputs.entries()) {
      const seed = (options.seed + i) >>> 0;
      const began = performance.now();
      line.show(`${input}: loading at ${size.width}x${size.height}`);
      const wanted = { ...makeSettings(options, mask), noise: seededNoise(seed) };
      last = await about(input, editor.prepare(wanted, signal));
      const shown = { signal, onStep: stepsShown(line, `${input}, edit ${i + 1}`) };
      const edited = await about(input, editor.edit(last, image, shown));
      const icc = photo.metadata.icc ? { icc: photo.metadata.icc } : {};
      const file = await encodePhoto(toPixels8(edited.image), formatOfName(output), { metadata: icc });
      await writeWhole(output, file.bytes, { originals: listFiles(input, options), like: input });
      results.push({ output, seed, seconds: secondsSince(began) });
      session.report.put(makeReport(input, victim!, options, size, mask, last, results));
      if (options.compare !== undefined) pictures.push([`seed ${seed}`, edited.image]);
      if (!options.json)
        line.print(`${output}  ${size.width}x${size.height}, seed ${seed}, ${secondsSince(began).toFixed(1)} s`);
    }
    if (options.compare !== undefined) await writeSheet(options.compare, input, photo, image, mask, pictures, options);
    session.report.put({ peakRssMB: await peakMegabytes(runtime) });
    if (!options.json) for (const note of listNotes(victim!, options)) line.print(`  note     ${note}`);
  } finally {
    line.done();
    await editor.release().catch(() => undefined); // the runtime may be gone; the first error is the one to report
    await runtime.close();
  }
}

const secondsSince = (began: number): number => Number(((performance.now() - began) / 1000).toFixed(2));

const choosePlanOptions = ({ size, guidance, compare, number }: EditCommandOptions) => ({
  guidance,
  panels: compare === undefined ? 0 : number + 2, // the photo and the mask, too
  ...(size !== undefined && { size }),
});

async function seenMask(
  { pixels }: Photo,
  size: Size,
  options: EditCommandOptions,
  budget: Budget,
): Promise<Mask | undefined> {
  const whole = await givenMask(options.mask, pixels, budget);
  const mask = whole && resizedMask(whole, size);
  if (mask?.data.every((m) => m === 0))
    throw new PhotoGuardError('input', `--mask ${options.mask}: the mask is black everywhere: nothing to repaint`, {
      hint: 'white is repainted; is the mask inverted?',
    });
  return mask;
}

const makeSettings = (options: EditCommandOptions, mask: Mask | undefined) => ({
  prompt: options.prompt,
  negativePrompt: options.negativePrompt,
  strength: options.strength,
  steps: options.steps,
  guidance: options.guidance,
  imageGuidance: options.imageGuidance,
  eta: options.eta,
  xl: gatherXL(options),
  ...(options.scheduler !== undefined && { scheduler: SCHEDULERS[options.scheduler]! }),
  mask,
});

// What SDXL alone is told; undefined where nothing of it was given.
function gatherXL({ originalSize, targetSize, aestheticScore }: EditCommandOptions): XLWording | undefined {
  const xl: XLWording = {
    ...(originalSize && { originalSize: [originalSize.height, originalSize.width] }),
    ...(targetSize && { targetSize: [targetSize.height, targetSize.width] }),
    ...(aestheticScore !== undefined && { aestheticScore }),
  };
  return Object.keys(xl).length > 0 ? xl : undefined;
}

function stepsShown(line: ProgressLine, what: string) {
  const began = performance.now();
  return ({ step, steps }: { step: number; steps: number }): void =>
    line.bar(what, { done: step, all: steps, seconds: (performance.now() - began) / 1000 });
}

const listFiles = (input: string, { mask }: EditCommandOptions): string[] => [
  input,
  ...[maskFile(mask)].filter((file) => file !== undefined),
];

// One file, or one for each seed. None may be an original, and no two the same.
async function nameOutputs(input: string, options: EditCommandOptions): Promise<string[]> {
  const { output, number, seed, compare } = options;
  const stem = basename(input, extname(input));
  const isFile = output !== undefined && (await namesFile(output));
  if (isFile && number > 1) throw new PhotoGuardError('usage', 'several edits need a folder', { got: `-o ${output}` });
  const folder = output === undefined ? dirname(input) : isFile ? dirname(output) : await makeFolder(output);
  const names = Array.from({ length: number }, (_, i) =>
    isFile ? basename(output) : number === 1 ? `${stem}.edited.png` : `${stem}.edited-seed${(seed + i) >>> 0}.png`,
  );
  const paths = names.map((name) => join(folder, name));
  const claims = await Claims.beside(listFiles(input, options));
  for (const path of paths) formatOfName(path);
  for (const path of [...paths, ...(compare === undefined ? [] : [requirePng(compare)])]) {
    await claims.claim(path, path);
    await requireFolderFor(path);
  }
  return paths;
}

async function writeSheet(
  path: string,
  input: string,
  photo: Photo,
  image: Image01,
  mask: Mask | undefined,
  edits: readonly Panel[],
  options: EditCommandOptions,
): Promise<void> {
  const plane = image.width * image.height;
  const masked: Panel[] = mask
    ? [['kept', { ...image, data: image.data.map((x, i) => (mask.data[i % plane] ? 0.5 : x)) }]]
    : [];
  const panels: Panel[] = [['photo', image], ...masked, ...edits];
  const { icc } = photo.metadata;
  const scale = Math.max(1, Math.round(PANEL / Math.max(image.width, image.height)));
  const panel = { width: scale * image.width, height: scale * image.height };
  const sheet = await contactSheet(panels, { panel, columns: COLUMNS, icc });
  await writeWhole(path, sheet, { originals: listFiles(input, options), like: input });
}

function makeReport(
  input: string,
  victim: EditorVictim,
  options: EditCommandOptions,
  size: Size,
  mask: Mask | undefined,
  { path, strength }: PreparedEdit,
  results: readonly Result[],
) {
  const { prompt, negativePrompt = '', steps, guidance, imageGuidance, eta } = options;
  const own = (victim.pipeline.schedulerConfig as { _class_name?: string } | null)?._class_name;
  return {
    input: resolve(input),
    model: victim.ref,
    task: findPhotoWay(victim.pipeline).task(mask !== undefined),
    size: [size.width, size.height],
    ...{ prompt, negativePrompt, guidance, imageGuidance, eta, steps },
    stepsRun: path.schedule.steps.length,
    strength,
    scheduler: options.scheduler === undefined ? own : SCHEDULERS[options.scheduler],
    results: results.map((result) => ({ ...result, output: resolve(result.output) })),
    notes: listNotes(victim, options),
  };
}

function listNotes(victim: EditorVictim, { prompt, negativePrompt = '' }: EditCommandOptions): string[] {
  const cut = [truncationNote(victim, prompt), truncationNote(victim, negativePrompt)];
  return [...cut.filter((note) => note !== undefined), ...editCaveats(victim.ref)];
}
