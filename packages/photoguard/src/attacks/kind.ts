// An attack as a descriptor: everything that the command, the library, an evaluation's arms, the record and the audit
// need to know about it. Each kind is one folder here and one line of ATTACKS (table.ts).
import type { Image01, Mask, Pixels8, Size, SoftMask } from '../image/index.ts';
import type { Encoder, Immunizer, Pipeline } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { Draws } from '../transforms/index.ts';
import type { Attack } from './attack.ts';
import type { CommonValues } from './common-options.ts';
import type { Constraint } from './constraint.ts';
import type { Options, Values } from './options.ts';
import type { NamedRecipe, Recipe } from './recipes.ts';
import type { SpaceEncoder } from './space-encoder.ts';
import type { VisibilityName } from './visibility.ts';

/** A model that is attacked. */
export interface AttackModel<E extends Encoder = Encoder> {
  /** The reference as the user gave it: an alias, a hub id, a folder. */
  readonly ref: string;
  readonly autoencoder: E;
  /** The encoders of its latent spaces, if it has several (a surrogate). Default: the autoencoder's alone. */
  readonly spaces?: readonly SpaceEncoder[];
  /** Present for attacks that need an editor. */
  readonly pipeline?: Pipeline;
  /** Size at which it sees the photo. */
  readonly size: Size;
}

/** A photo to attack. */
export interface Subject {
  readonly photo: Pixels8;
  /** White: the editor repaints it, so it is not changed. The photo's size. */
  readonly mask?: Mask;
  /** White, or towards 1: the change is kept smaller there. The photo's size. */
  readonly spare?: Mask | SoftMask;
  /** White, or towards 1: the change is kept smaller everywhere else. The photo's size. */
  readonly favour?: Mask | SoftMask;
  /** Seed of all randomness. Default 0. */
  readonly seed?: number;
}

/** What a plan depends on apart from the models. */
export interface PlanContext {
  /** Bytes that the programs of all models may take together. Default: no limit. */
  readonly memory?: number;
  /** Size of the photo, which transforms see. Default: that of the model that sees most. */
  readonly photo?: Size;
  /** The network of recipes that start with one. */
  readonly immunizer?: Immunizer | undefined;
}

/** An attack before there is a photo: nothing is loaded or allocated yet. */
export interface PlannedAttack {
  /** Bytes that its programs take. */
  readonly bytes: number;
  /** Makes the attack on one photo. @throws PhotoGuardError `input` for a photo or mask that does not suit it */
  prepare(subject: Subject, runtime: Runtime): Attack;
}

/** Settings of an attack: common options, the kind's own, its recipe and its target. */
export interface Settings extends CommonValues {
  /** Default: fast. */
  readonly recipe?: string | undefined;
  /** One of the kind's targets, or a picture if it takes one. Default: the recipe's. */
  readonly target?: string | Image01 | undefined;
  readonly [own: string]: unknown;
}

/** An attack with everything settled except the photo and the models. */
export interface Settled<O extends Options = Options> {
  readonly kind: AttackKind;
  /** The bound; with a visibility, the one that descent begins with. */
  readonly constraint: Constraint;
  /** How visible the change is to be, instead of a fixed bound. */
  readonly visibility?: VisibilityName;
  readonly recipe: Recipe;
  readonly target: string | Image01;
  /** The kind's own options, with the recipe's values as defaults. */
  readonly own: Values<O>;
  /** Whether an editor repaints only a part of the photo. */
  readonly masked: boolean;
  /** Transforms that the change must survive; absent: none. */
  readonly through?: Through;
}

/** See `expectation`. */
export interface Through {
  readonly draws: Draws;
  /** Draws for each gradient. */
  readonly count: number;
  readonly combine: 'mean' | 'worst';
  /** Bytes of their programs that may stay loaded. Default: no limit. */
  readonly limit?: number;
}

/** A recipe with the values of a kind's own options. */
export interface AttackRecipe extends NamedRecipe {
  /** The target; absent for kinds without targets. */
  readonly target?: string;
  /** How visible the change is to be, unless a bound is given. */
  readonly visibility?: VisibilityName;
  /** Transforms that the change is to survive, unless others are given: see `parseDraws`. */
  readonly through?: string;
  readonly own?: Readonly<Record<string, unknown>>;
}

/** See the head of this file. */
export interface AttackKind {
  readonly name: string;
  /** One line, for --help. */
  readonly about: string;
  /** The paper. */
  readonly source: string;
  /** What it needs of each model. */
  readonly needs: 'autoencoder' | 'editor';
  /** Whether it needs a mask. Default: false. */
  readonly needsMask?: boolean;
  /** Names of its targets; `picture` means any picture. Empty: it has no target. */
  readonly targets: readonly string[];
  /** Whether targets are points in the latent space, so that an audit can measure the distance to them. */
  readonly latentTargets?: boolean;
  readonly recipes: Readonly<Record<string, AttackRecipe>>;
  /** Its own options, beside COMMON. */
  readonly options: Options;
  /** What its losses are, for people. */
  readonly loss: LossWords;
  /** Own options, checked together. @throws PhotoGuardError `usage` for values that cannot be */
  resolve?(own: Values): Values;
  /**
   * Plans the attack on models, at least one.
   * @throws PhotoGuardError `memory` if nothing fits, with the bytes that are needed; `input` for a model that does not
   *   suit it
   */
  plan(settled: Settled, models: readonly AttackModel[], context: PlanContext): PlannedAttack;
  /** Approximate work of a gradient, in plain editor steps: for the remaining time. */
  work(settled: Settled): number;
  /** What a report says of this attack alone on some models, beside the losses. */
  details?(settled: Settled, models: readonly Omit<AttackModel, 'size'>[]): Readonly<Record<string, unknown>>;
}

/** How losses are described to people. */
export interface LossWords {
  /** `distance to the target`. */
  readonly what: string;
  /**
   * For losses that begin at 0 and fall: their name as growing distances, `edits move by`. Default: losses are shown as
   * they are.
   */
  readonly moved?: string;
}
