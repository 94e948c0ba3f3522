// How a photo is protected unless somebody chooses otherwise: as `photoguard immunize` does it when nothing is named. This is
// the one place where the page decides anything about the attack.

/** Formats of results. PNG and WebP are lossless. */
export const FORMATS = ['png', 'webp', 'jpeg'] as const;

/** One of them. */
export type ResultFormat = (typeof FORMATS)[number];

/** Settings of the page, under the names that the command's options have in the library. */
export interface PageSettings {
  /** The network that is attacked, or `surrogates`: both. */
  readonly model: string;
  /** The network that measures; default: those that are attacked. */
  readonly judge?: string | undefined;
  /** Latent spaces that are protected: `sd1`, `flux1` ... Default: all that the network knows. */
  readonly spaces?: readonly string[] | undefined;
  /** `upload:1024`, `fit:512`, `native` or `WxH`. */
  readonly size: string;
  readonly seed: number;
  readonly format: ResultFormat;
  /** What `settle` takes: recipe, target, visibility, eps, steps ... */
  readonly attack: Readonly<Record<string, unknown>>;
}

/** See the head of this file. */
export const DEFAULTS: PageSettings = {
  model: 'surrogates/strided',
  judge: 'surrogates/pooled',
  size: 'upload:1024',
  seed: 0,
  format: 'png',
  attack: { recipe: 'protect' },
};

/** Latent spaces that the embedded networks know. */
export const SPACES = ['sd1', 'sdxl', 'sd3', 'flux1', 'flux2'] as const;

/** The recipe of a trained network, which takes no gradient. */
export const INSTANT = 'instant';
/** Recipes to choose from, the most thorough first. */
export const RECIPES = ['protect', 'quick', INSTANT] as const;

/** Levels of visibility, the least first. */
export const LEVELS = ['unseen', 'low', 'medium', 'strong'] as const;
/** The level of the default recipe. */
export const DEFAULT_LEVEL = 'low';
