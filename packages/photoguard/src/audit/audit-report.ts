// The result of an audit, as in its JSON: every figure used by the verdict, the page and the text.
import type { ModelIdentity } from '../models/node/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';
import type { Outcome, Thresholds } from './rules.ts';

/** What is known about the photo before it was immunized. */
export type CleanPhoto =
  | {
      readonly kind: 'original';
      /** The result of `sha256OfPixels`. */
      readonly sha256: string;
      /** Whether the record names this photo; null without a record. */
      readonly matchesRecord: boolean | null;
    }
  | {
      /** Made from the immunized photo by a purifier. */
      readonly kind: 'estimate';
      readonly purifier: string;
    };

/** How the noise control is made. */
export interface NoiseControl {
  /**
   * `shuffled`: the change's own values in other places, so equal to it in every norm; `ball`: noise that fills the
   * ball of `norm` and `eps255`, if the change is not known.
   */
  readonly kind: 'shuffled' | 'ball';
  readonly norm?: 'linf' | 'l2';
  /** Levels of 255 (linf), or 255 times the L2 bound. */
  readonly eps255?: number;
  readonly seed: number;
  readonly draws: number;
  /** L2 norm of each draw, values in [0, 1]; clipping at black and white reduces it slightly. */
  readonly l2: readonly number[];
}

/** Where a version of the photo is in a model's latent space. Norms are L2, in unscaled latent units. */
export interface Placed {
  /** Distance to the target's latent. */
  readonly toTarget: number;
  /** Distance to the latent of the clean photo. */
  readonly moved: number;
  /** How far it moved, as a share: see `ModelAudit.measure`. 0 for the clean photo. */
  readonly effect: number;
}

/** The photo in one model after one purifier. */
export interface PurifiedAudit {
  readonly purifier: string;
  /** Distance of the clean photo, purified in the same way, to the target's latent. */
  readonly cleanToTarget: number;
  readonly immunized: Placed;
  readonly noise: readonly Placed[];
  /** Mean effect of the noise draws, and their standard deviation. */
  readonly noiseMean: number;
  readonly noiseSpread: number;
  /** Effect of the immunized photo beyond that of noise and of the clean photo: effect - max(noiseMean, 0). */
  readonly advantage: number;
  readonly outcome: Outcome;
}

/** One model's part. */
export interface ModelAudit {
  readonly ref: string;
  readonly identity: ModelIdentity;
  /** Whether the record names this model. */
  readonly recorded: boolean;
  /** Size at which the model saw the photo. */
  readonly size: readonly [width: number, height: number];
  readonly target: 'grey' | 'zero' | 'noise';
  /**
   * `target`: effect is 1 - toTarget / cleanToTarget, the share of the way to the target; for photos whose record names
   * an encoder attack on a known target. `moved`: effect is moved / cleanToTarget; for all other photos.
   */
  readonly measure: 'target' | 'moved';
  /** The first is `none`. */
  readonly purifiers: readonly PurifiedAudit[];
}

/**
 * Edits after one purifier, one per seed: SSIM with the edit of the clean photo, purified in the same way, with the
 * same noise.
 */
export interface PurifiedEdits {
  readonly purifier: string;
  readonly seeds: readonly { readonly seed: number; readonly immunized: number; readonly noise: number }[];
  /** Means over seeds. */
  readonly immunized: number;
  readonly noise: number;
  readonly outcome: 'disturbed' | 'not disturbed';
}

/** One editor's part. */
export interface EditsAudit {
  readonly editor: string;
  readonly prompt: string;
  readonly strength: number;
  readonly steps: number;
  readonly guidance: number;
  readonly size: readonly [width: number, height: number];
  /** The first is `none`. */
  readonly purifiers: readonly PurifiedEdits[];
}

/** What was not tested, and why. */
export interface NotTested {
  readonly what: string;
  readonly why: string;
}

/** All figures: the input of `writeVerdict`. */
export interface AuditFigures {
  readonly tool: string;
  readonly photo: { readonly width: number; readonly height: number; readonly sha256: string };
  readonly record: ImmunizationRecord | null;
  /** Why the record cannot be used. */
  readonly recordProblem?: string;
  readonly clean: CleanPhoto;
  /** All pair metrics of the original and the immunized photo, by field name; null without the original. */
  readonly change: Readonly<Record<string, number | null>> | null;
  readonly noise: NoiseControl;
  readonly thresholds: Thresholds;
  readonly models: readonly ModelAudit[];
  readonly edits: readonly EditsAudit[];
  readonly notTested: readonly NotTested[];
}

/** A sentence of the verdict. */
export interface Sentence {
  /** Name of the rule in docs/audit.md. */
  readonly rule: string;
  readonly text: string;
  /** JSON pointers (RFC 6901) of the figures that it follows from. */
  readonly from: readonly string[];
}

/** The whole document. */
export interface AuditReport extends AuditFigures {
  readonly verdict: readonly Sentence[];
}
