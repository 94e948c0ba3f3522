// What an audit is asked for: the photo, the models to look through, what is done to the photo, and how it is edited.
import type { EditorVictim, Victim } from '../attacks/index.ts';
import type { Codecs, Mask, Pixels8 } from '../image/index.ts';
import type { Autoencoder } from '../models/index.ts';
import type { ModelIdentity } from '../models/node/index.ts';
import type { Purifier } from '../purifiers/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { NotTested } from './audit-report.ts';

/** A model to look through. */
export interface AuditedModel {
  readonly victim: Victim<Autoencoder>;
  readonly identity: ModelIdentity;
  /** Whether the record names it. */
  readonly recorded: boolean;
  /** Size at which it saw the photo, where the record has one of its own for it. */
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
  /** First seed, and how many. */
  readonly seed: number;
  readonly seeds: number;
}

/** What an audit is given. */
export interface AuditOptions {
  readonly runtime: Runtime;
  /** For purifiers that go through a file. */
  readonly codecs: Codecs;
  readonly immunized: Pixels8;
  readonly original?: Pixels8;
  readonly record?: ImmunizationRecord;
  /** Why a record that is there cannot be used. */
  readonly recordProblem?: string;
  /** At least one. */
  readonly models: readonly AuditedModel[];
  readonly purifiers: readonly Purifier[];
  readonly editor?: EditorVictim;
  readonly edit: EditSettings;
  /** How many purifiers, those that take most, edits are made after. */
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
  /** What the caller knows that it could not look at. */
  readonly notTested: readonly NotTested[];
  readonly onProgress?: (progress: { readonly done: number; readonly all: number; readonly what: string }) => void;
  readonly signal?: AbortSignal;
}
