// Options of an audit: the photo, the models, what is done to the photo, and how it is edited.
import type { EditorVictim, Victim } from '../attacks/index.ts';
import type { Codecs, Mask, Pixels8 } from '../image/index.ts';
import type { Autoencoder } from '../models/index.ts';
import type { ModelIdentity } from '../models/node/index.ts';
import type { Purifier } from '../purifiers/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { NotTested } from './audit-report.ts';

/** A model to test. */
export interface AuditedModel {
  readonly victim: Victim<Autoencoder>;
  readonly identity: ModelIdentity;
  /** Whether the record names it. */
  readonly recorded: boolean;
  /** Size at which it saw the photo, if the record has a separate one for it. */
  readonly recordedSize?: readonly [width: number, height: number];
}

/** How a photo is edited. */
export interface EditSettings {
  readonly prompt: string;
  readonly strength: number;
  readonly steps: number;
  readonly guidance: number;
  /** Of InstructPix2Pix. */
  readonly imageGuidance?: number;
  /** First seed, and number of seeds. */
  readonly seed: number;
  readonly seeds: number;
}

/** Options of an audit. */
export interface AuditOptions {
  readonly runtime: Runtime;
  /** For purifiers that go through a file. */
  readonly codecs: Codecs;
  readonly immunized: Pixels8;
  readonly original?: Pixels8;
  readonly record?: ImmunizationRecord;
  /** Why an existing record cannot be used. */
  readonly recordProblem?: string;
  /** At least one. */
  readonly models: readonly AuditedModel[];
  readonly purifiers: readonly Purifier[];
  readonly editor?: EditorVictim;
  readonly edit: EditSettings;
  /** Number of purifiers that edits are made after: those that remove most. */
  readonly editedPurifiers: number;
  /** White is repainted by the editor. The photo's size. */
  readonly mask?: Mask;
  /** Size at which models see the photo. Default: the record's for its models, else `fit:512`. */
  readonly size?: string;
  /** Bytes that a purifier's program may take; one that takes more is not tested. Default: no limit. */
  readonly memory?: number;
  readonly seed: number;
  /** Draws of the noise control, at least 2. */
  readonly draws: number;
  /** What the caller could not test. */
  readonly notTested: readonly NotTested[];
  readonly onProgress?: (progress: { readonly done: number; readonly all: number; readonly what: string }) => void;
  readonly signal?: AbortSignal;
}
