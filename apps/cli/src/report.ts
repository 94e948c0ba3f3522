// The report of `photoguard immunize`: fields for JSON, and lines for people.
import { relative } from 'node:path';
import { ATTACKS, type LossWords } from 'photoguard/attacks';
import { type Change, type ModelReport, type Protection, visibleGrade } from 'photoguard/protection';
import type { Signed } from './credential.ts';
import { describeProtection } from './protection.ts';

/** One photo that was immunized. */
export interface PhotoReport extends Change {
  readonly input: string;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly modelSize: readonly [width: number, height: number];
  readonly attack: string;
  readonly recipe: string;
  readonly norm: string;
  /** Bound in levels of 255 (linf), or 255 times the L2 bound. */
  readonly eps255: number;
  /** The level of visibility that was asked for. */
  readonly visibility?: string;
  /** How many faces were spared, where they were looked for. */
  readonly facesSpared?: number;
  /** The name of the trigger that was written besides. */
  readonly trigger?: string;
  readonly seed: number;
  readonly gradients: number;
  readonly seconds: number;
  readonly peakRssMB: number;
  /** The side-by-side picture, where one was written. */
  readonly compare?: string;
  readonly metadataKept: readonly string[];
  /** Whether the written file has a record. */
  readonly record: boolean;
  /** The credential that was signed. */
  readonly credential?: Signed;
  readonly notes: readonly string[];
  readonly models: readonly ModelReport[];
  /** How far latents move, now and after an upload, beside noise and tone. */
  readonly protection?: Protection;
  readonly diffusion?: DiffusionReport;
  /** Why the attack ended early; what was written is its best image. */
  readonly stopped?: string;
  /** Models whose loss did not fall, with their figures. */
  readonly worse?: readonly string[];
}

/** Settings of a diffusion attack; losses are means over the editors. */
export interface DiffusionReport {
  /** Denoising steps of the edit. */
  readonly steps: number;
  /** `full`, or `last k`: which steps UNets were differentiated in. */
  readonly mode: string;
  readonly guidance: number;
  /** Of InstructPix2Pix, where it was given. */
  readonly imageGuidance?: number;
  readonly eta: number;
  /** Several where it differs between editors. */
  readonly strength: number | readonly number[];
  readonly prompts: readonly string[];
  readonly draws: number;
  readonly lossOriginal: number;
  readonly lossImmunized: number;
  readonly lossNoise: number;
}

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)}%`;

function lossLine({ lossOriginal, lossImmunized, lossNoise }: ModelReport, { what, moved }: LossWords): string {
  if (moved !== undefined && lossOriginal === 0 && lossImmunized <= 0)
    return `${moved} ${distanceText(-lossImmunized)} (random noise of that size: ${distanceText(-lossNoise)})`;
  if (lossOriginal <= 0)
    return `${what} ${lossOriginal.toFixed(2)} -> ${lossImmunized.toFixed(2)}; random noise of that size: ${lossNoise.toFixed(2)}`;
  const change = `${lossOriginal.toFixed(1)} -> ${lossImmunized.toFixed(1)} (${percent(lossImmunized, lossOriginal)}`;
  return `${what} ${change}; random noise of that size: ${percent(lossNoise, lossOriginal)})`;
}

const distanceText = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

/** A path for people: relative to the working directory if it is below it. */
export function shownPath(path: string): string {
  const below = relative('', path);
  return below.startsWith('..') ? path : below;
}

/** Words for how visible a change is. */
const VISIBLE = ['not to be seen', 'hard to see', 'seen when looked for', 'plain to see'] as const;

/** Lines for people: what was done to the photo, and its effect on each model. Notes in `told` are left out. */
export function describe(report: PhotoReport, told: readonly string[] = []): string[] {
  const { output, flip, psnr, ssim, linf255, gradients, seconds, modelSize, models, protection } = report;
  return [
    `${shownPath(output)}  ${report.width}x${report.height}, ${gradients === 0 ? 'one pass' : `${gradients} gradients`} at ${modelSize[0]}x${modelSize[1]} in ${seconds.toFixed(1)} s`,
    `  visible  ${VISIBLE[visibleGrade(flip)]}: FLIP ${flip.toFixed(3)}`,
    `  change   at most ${linf255} of 255 levels, PSNR ${psnr.toFixed(1)} dB, SSIM ${Number.isFinite(ssim) ? ssim.toFixed(3) : '- (too small for its window)'}`,
    ...(report.facesSpared === undefined ? [] : [sparedLine(report.facesSpared)]),
    ...(protection
      ? describeProtection(protection)
      : models.map((model) => `  ${model.ref.padEnd(8)} ${lossLine(model, ATTACKS[report.attack]!.loss)}`)),
    ...(protection || models.length > 0 ? [] : ['  moves    not measured: --judge surrogates/pooled measures it']),
    ...(report.trigger === undefined
      ? []
      : [`  trigger  ${report.trigger}: editors in which it is planted take the photo for a grey one`]),
    ...(report.metadataKept.length ? [`  kept     ${report.metadataKept.join(', ')}`] : []),
    ...(report.compare === undefined ? [] : [`  picture  ${shownPath(report.compare)}`]),
    ...(report.record
      ? ['  record   in its XMP: models, bound, a hash of the original (--no-record leaves it out)']
      : []),
    ...(report.credential ? [signedLine(report.credential)] : []),
    ...report.notes.filter((note) => !told.includes(note)).map((note) => `  note     ${note}`),
  ];
}

const sparedLine = (faces: number): string =>
  faces === 0
    ? '  spared   nothing: no face was found'
    : `  spared   ${faces === 1 ? '1 face' : `${faces} faces`}: a quarter of the change there`;

const signedLine = ({ signer, selfMade }: Signed): string =>
  `  signed   by ${signer}: not to be edited, mined or trained on${selfMade ? '; anybody can make such a signature' : ''}`;
