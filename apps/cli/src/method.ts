// An attack as `photoguard immunize` needs it, whichever it is: made for one photo, and what to show and report of it.
import type { Attack, Constraint, Part, Recipe } from 'photoguard/attacks';
import type { Image01, Mask, Panel, Photo, Pixels8, Size } from 'photoguard/image/node';
import type { ImmunizationRecord } from 'photoguard/record';
import type { Runtime } from 'photoguard/runtime';
import type { DiffusionReport } from './report.ts';

/** A photo that is about to be immunized. */
export interface Subject {
  readonly photo: Photo;
  readonly mask?: Mask;
  readonly runtime: Runtime;
  /** Bytes that programs may take. Default: no limit. */
  readonly memory?: number;
}

/** An attack on one photo. */
export interface Prepared {
  readonly attack: Attack;
  readonly modelSize: Size;
  /** Size at which each model sees the photo, in the order of {@link Method.models}; the first is `modelSize`. */
  readonly modelSizes: readonly Size[];
  readonly notes: readonly string[];
  /** What a model makes of pictures of the photo's size, in their order; for people. */
  show(pictures: readonly Pixels8[], signal: AbortSignal): Promise<readonly Image01[]>;
}

/** Losses of the three versions of a photo, by model. */
export interface Losses {
  readonly original: readonly Part[];
  readonly immunized: readonly Part[];
  readonly noise: readonly Part[];
}

/** A way to immunize photos. */
export interface Method {
  readonly name: 'encoder' | 'diffusion';
  readonly constraint: Constraint;
  readonly recipe: Recipe;
  /** References of the models that are attacked. */
  readonly models: readonly string[];
  readonly target: ImmunizationRecord['target'];
  /** What {@link Prepared.show} shows, for the picture's headings: `decoded`. */
  readonly shown: string;
  prepare(subject: Subject): Promise<Prepared>;
  /** What is reported of this method alone. */
  details?(losses: Losses): DiffusionReport;
}

/** The picture's panels of what a model makes of the original, of the immunized photo, and of one with random noise. */
export const panelsOf = (shown: string, [original, immunized, noise]: readonly Image01[]): Panel[] => [
  [`original, ${shown}`, original!],
  [`immunized, ${shown}`, immunized!],
  [`noise, ${shown}`, noise!],
];
