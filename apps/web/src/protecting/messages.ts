// What the page and its worker say to each other. The page asks, under a number; the worker tells how far it is, and in the
// end the result or what went wrong.
import type { VisibilityName } from 'photoguard/attacks';
import type { ErrorCode } from 'photoguard/errors';
import type { Size } from 'photoguard/image';
import type { Change, ModelReport, Protection } from 'photoguard/protection';
import type { ImmunizationRecord } from 'photoguard/record';
import type { PageSettings, ResultFormat } from './defaults.ts';
import type { Stroke } from './spare.ts';

/** What a photo is protected with, and its file. */
export interface ProtectAsk {
  readonly kind: 'protect';
  readonly file: Blob;
  /** Default: the usual ones. */
  readonly settings?: PageSettings | undefined;
  /** Where the change is kept smaller, or everywhere else is. Default: nowhere. */
  readonly strokes?: readonly Stroke[];
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

/** A protected photo, and the photo that it was made of where that is at hand. */
export interface CheckAsk {
  readonly kind: 'check';
  readonly photo: Blob;
  readonly original?: Blob | undefined;
}

/** What an editor sees of both, after something has happened to them. */
export interface SeesAsk {
  readonly kind: 'sees';
  readonly original: Blob;
  readonly result: Blob;
  readonly condition: (typeof CONDITIONS)[number];
}

/** The same edit of both by the embedded editor. */
export interface EditAsk {
  readonly kind: 'edit';
  readonly original: Blob;
  readonly result: Blob;
  readonly prompt: string;
  /** 0 to 1: how much of the photo is made anew. */
  readonly strength: number;
  readonly seed: number;
}

/** A part of a photo as a level of visibility would leave it. */
export interface PreviewAsk {
  readonly kind: 'preview';
  readonly file: Blob;
  readonly visibility: VisibilityName;
  /** The middle of the part, in shares of width and height. */
  readonly at: readonly [x: number, y: number];
}

/** A picture of the original, and one of the protected photo: PNG. */
export interface Pair {
  readonly original: Blob;
  readonly result: Blob;
}

/** What the worker does. */
export type Ask = ProtectAsk | CompareAsk | SettingsAsk | CheckAsk | SeesAsk | EditAsk | PreviewAsk;

/** The answer to each. */
export interface Answers {
  readonly protect: Protected;
  /** A PNG. */
  readonly compare: Blob;
  readonly settings: PageSettings;
  readonly check: Checked;
  readonly sees: Pair;
  readonly edit: Pair;
  readonly preview: Pair;
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
  /** `queued`: another tab has a photo in work. */
  readonly phase: 'queued' | 'reading' | 'loading' | 'protecting' | 'measuring' | 'editing';
  /** Of the phase, 0 to 1. */
  readonly share: number;
  /** Of what is loaded, in all. */
  readonly bytes?: number;
  /** Seconds until the photo is done, where that is known. */
  readonly left?: number;
  /** The photo as it is now, small. */
  readonly picture?: SmallPicture;
}

/** A picture for the page's own use, four bytes a pixel. */
export interface SmallPicture extends Size {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** What may happen to a photo before somebody edits it: nothing, or what sites do to uploads. */
export const CONDITIONS = ['none', 'jpeg:75', 'jpeg:75 > resize:0.5'] as const;

/** What `immunize --json` says of a photo, under the same names. Figures are measured on the file, read back. */
export interface ProtectedReport
  extends Change,
    Pick<ImmunizationRecord, 'attack' | 'recipe' | 'norm' | 'eps255' | 'visibility' | 'seed'> {
  readonly width: number;
  readonly height: number;
  readonly modelSize: readonly [width: number, height: number];
  readonly gradients: number;
  readonly seconds: number;
  readonly metadataKept: readonly string[];
  readonly record: boolean;
  readonly notes: readonly string[];
  readonly models: readonly ModelReport[];
  readonly protection: Protection;
  readonly stopped?: string;
  readonly worse?: readonly string[];
}

/** A protected photo. */
export interface Protected {
  readonly file: Blob;
  readonly format: ResultFormat;
  readonly report: ProtectedReport;
  readonly device: string;
  readonly threads: number;
}

/** What was found out about a protected photo. The names are those of `audit --json`. */
export interface Checked {
  readonly photo: Size & { readonly sha256: string };
  readonly record: ImmunizationRecord | null;
  /** Why a record cannot be used. */
  readonly recordProblem?: string;
  /** With the original. `matchesRecord`: whether the record names it; null without a record. */
  readonly clean?: { readonly kind: 'original'; readonly sha256: string; readonly matchesRecord: boolean | null };
  /** With the original. */
  readonly change?: Change;
  /** With the original, where there is a network that the attack did not see. */
  readonly protection?: Protection;
  readonly notes: readonly string[];
}
