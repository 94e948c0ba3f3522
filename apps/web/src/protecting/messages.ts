// What the page and its worker say to each other. The page asks, under a number; the worker tells how far it is, and in the
// end the result or what went wrong.
import type { ErrorCode } from 'photoguard/errors';
import type { PageSettings } from './defaults.ts';

/** What a photo is protected with, and its file. */
export interface ProtectAsk {
  readonly kind: 'protect';
  readonly file: Blob;
  /** Default: the usual ones. */
  readonly settings?: PageSettings | undefined;
}

/** Settings of the page's address: its `search`. */
export interface SettingsAsk {
  readonly kind: 'settings';
  readonly search: string;
}

/** Two files of the same photo, to be compared. */
export interface CompareAsk {
  readonly kind: 'compare';
  readonly original: Blob;
  readonly result: Blob;
  /** `difference`: amplified; `flip`: what people see of it. */
  readonly how: 'difference' | 'flip';
}

/** What the worker does. */
export type Ask = ProtectAsk | CompareAsk | SettingsAsk;

/** The answer to each. */
export interface Answers {
  readonly protect: Protected;
  /** A PNG. */
  readonly compare: Blob;
  readonly settings: PageSettings;
}

/** A message to the worker: a question, or that its answer is no longer wanted. */
export type ToWorker = { readonly id: number; readonly ask: Ask } | { readonly id: number; readonly stop: true };

/** A message from the worker. */
export interface FromWorker {
  readonly id: number;
  readonly step?: Step;
  readonly answer?: Answers[keyof Answers];
  readonly error?: Failure;
}

/** What went wrong. `code` is absent where nobody expected it. */
export interface Failure {
  readonly code?: ErrorCode;
  readonly message: string;
}

/** How far a photo is. */
export interface Step {
  readonly phase: 'reading' | 'loading' | 'protecting' | 'measuring';
  /** Of the phase, 0 to 1. */
  readonly share: number;
  /** Seconds until the photo is done, where that is known. */
  readonly left?: number;
}

/** How far a change moves latents: see `photoguard/displacement`. */
export interface Moved {
  /** Latent space: `sd1`. */
  readonly space: string;
  /** By what happens to the photo first, in the order of CONDITIONS. */
  readonly displacement: readonly number[];
  /** The same of random noise of the same size. */
  readonly noise: readonly number[];
}

/** What may happen to a photo before somebody edits it. */
export const CONDITIONS = ['none', 'jpeg:75', 'resize:0.5'] as const;

/** A protected photo. Figures are measured on the file, read back. */
export interface Protected {
  readonly file: Blob;
  readonly width: number;
  readonly height: number;
  /** Size at which the networks saw it. */
  readonly seen: { readonly width: number; readonly height: number };
  readonly gradients: number;
  readonly seconds: number;
  /** Largest change, in levels of 255. */
  readonly linf255: number;
  /** dB. */
  readonly psnr: number;
  /** Mean FLIP, 0 to 1: how visible the change is. Absent for photos that are too large to compute it. */
  readonly flip?: number;
  readonly moved: readonly Moved[];
  /** Whether the networks that measured are those that were attacked. */
  readonly judgedByItself: boolean;
  readonly device: string;
  readonly threads: number;
  /** EXIF, ICC ... */
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}
