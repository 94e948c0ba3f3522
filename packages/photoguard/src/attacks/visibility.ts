// Visibility as a budget: the change is made as large as a level of visibility allows, measured by FLIP (Andersson et al.
// 2020) at the photo's own size. The bound on single values is only where descent begins: on its way it is moved twice, and
// at the end the whole change is scaled until FLIP is what was asked for.
import { addDelta, type Mask, type Pixels8, type SoftMask } from '../image/index.ts';
import { cutPixels, cutPlanes, flipAgainst, flipOfPhoto, makeMosaic } from '../metrics/index.ts';
import { shareKept } from '../view/index.ts';
import { type Delta, LinfConstraint } from './constraint.ts';

/** A level of visibility. */
export interface VisibilityLevel {
  /** Mean FLIP of the result, 0 to 1. */
  readonly flip: number;
  /** Bound that descent begins with, [0, 1] pixel units. */
  readonly eps: number;
}

/** Levels of visibility by name. docs/protection.md says how they were chosen. */
export const VISIBILITY = {
  unseen: { flip: 0.04, eps: 4 / 255 },
  low: { flip: 0.07, eps: 6 / 255 },
  medium: { flip: 0.1, eps: 9 / 255 },
  strong: { flip: 0.15, eps: 14 / 255 },
} as const satisfies Readonly<Record<string, VisibilityLevel>>;

/** Names of the levels. */
export type VisibilityName = keyof typeof VISIBILITY;

/** Share of the bound that is left where the photo is spared. */
const SPARED = 0.25;

/** Shares of the descent after which the bound is moved. */
const MOVES = [1 / 3, 2 / 3] as const;
/** How far the bound may be moved at once, up or down. */
const FURTHEST = 3;
/** Allowed distance from the level: on the sample, and in the result. */
const CLOSE = { sample: 0.01, whole: 0.03 } as const;
/** Least scale that the bound is moved by at the end: a bound is above 0. */
const LEAST_FACTOR = 1e-3;
/** Scalings that are tried at most: on the sample, and on the whole photo. */
const TRIES = { sample: 8, whole: 3 } as const;
/** How FLIP grows with the size of a change: its exponent at first, and what later ones may be. */
const GROWTH = { first: 0.75, least: 0.4, most: 1.25 } as const;

/** What is spared, and what is favoured. */
export interface Preference {
  readonly spare?: Mask | SoftMask;
  readonly favour?: Mask | SoftMask;
}

// To favour is to spare the rest, by the same share: visibility stays the budget, so a part gets more only where others get less.
const calmAt = ({ spare, favour }: Preference, pixel: number): number =>
  Math.max(spare?.data[pixel] ?? 0, favour ? 1 - favour.data[pixel]! : 0);

/** Whether it treats any part of a photo unlike another. */
export function isUneven(preference: Preference): boolean {
  const { length } = (preference.spare ?? preference.favour)?.data ?? [];
  for (let i = 1; i < length; i++) if (calmAt(preference, i) !== calmAt(preference, 0)) return true;
  return false;
}

/**
 * Largest change by place, as a share of the bound: less where the photo is spared, and outside of what is favoured; undefined
 * where it is the same everywhere.
 */
export function shareByPlace(preference: Preference): Float32Array | undefined {
  if (!isUneven(preference)) return undefined;
  const { length } = (preference.spare ?? preference.favour)!.data;
  return Float32Array.from({ length }, (_, i) => 1 - (1 - SPARED) * calmAt(preference, i));
}

interface VisibilityOptions {
  readonly shares?: Float32Array;
  readonly mask?: Mask;
  readonly isRough?: boolean;
}

/** A bound that follows the visibility of the change. For one run on one photo. */
export class VisibilityConstraint extends LinfConstraint {
  readonly #sample: Sample;
  readonly #flipOf: (sample: Pixels8) => number;
  readonly #level: VisibilityLevel;
  readonly #isRough: boolean;

  /**
   * @param shares largest change by place, see {@link shareByPlace}
   * @param mask what is hidden does not change, and does not count: the level is that of the rest
   * @param isRough whether a small sample stands for the whole photo: FLIP of a photo takes longer than one pass of a network
   */
  constructor(photo: Pixels8, level: VisibilityLevel, { shares, mask, isRough = false }: VisibilityOptions = {}) {
    super(level.eps, shares);
    this.#sample = chooseSample(photo, isRough ? TILES.rough : TILES.fine);
    this.#isRough = isRough;
    this.#flipOf = flipAgainst(this.#sample.before);
    this.#level = mask ? { ...level, flip: level.flip * shareKept(mask) } : level;
  }

  adjust(delta: Delta, done: number, steps: number): void {
    if (!MOVES.some((share) => done === Math.round(share * steps))) return;
    const seen = this.#flipOfSample(delta, 1);
    const factor = seen > 0 ? Math.min(Math.max(this.#level.flip / seen, 1 / FURTHEST), FURTHEST) : 1;
    this.eps = Math.min(this.eps * factor, 1);
    for (let i = 0; i < delta.length; i++) delta[i]! *= factor;
  }

  override land(photo: Pixels8, delta: Delta): Pixels8 {
    const { flip: target } = this.#level;
    const flipOf = this.#wholeFlip(photo);
    let factor = 1;
    let wanted = target; // on the sample, which may show a little more or less than the whole photo
    for (let i = 0; ; i++) {
      factor = this.#scaleOfSample(delta, factor, wanted);
      const made = addDelta(photo, delta, { factor, dither: true });
      const seen = i < TRIES.whole && factor > 0 && flipOf ? flipOf(made) : target;
      if (seen === 0 || Math.abs(seen / target - 1) < CLOSE.whole) {
        this.eps = Math.min(this.eps * Math.max(factor, LEAST_FACTOR), 1);
        return made;
      }
      wanted *= target / seen;
    }
  }

  #wholeFlip(photo: Pixels8): ((made: Pixels8) => number) | undefined {
    if (this.#isRough) return undefined;
    return photo === this.#sample.before ? this.#flipOf : flipOfPhoto(photo);
  }

  // The scale at which the sample's FLIP is as wanted.
  #scaleOfSample(delta: Delta, first: number, wanted: number): number {
    let factor = first;
    let growth: number = GROWTH.first;
    let before: { readonly factor: number; readonly seen: number } | undefined;
    for (let i = 0; i < TRIES.sample; i++) {
      const seen = this.#flipOfSample(delta, factor);
      if (seen === 0 || Math.abs(seen / wanted - 1) < CLOSE.sample) break;
      if (before) {
        const found = Math.log(seen / before.seen) / Math.log(factor / before.factor);
        growth = Math.min(Math.max(found, GROWTH.least), GROWTH.most);
      }
      before = { factor, seen };
      factor *= (wanted / seen) ** (1 / growth);
    }
    return factor;
  }

  #flipOfSample(delta: Delta, factor: number): number {
    const { before, cut } = this.#sample;
    return this.#flipOf(addDelta(before, cut(delta), { factor, dither: true }));
  }
}

/** A part of a photo in which visibility is measured while a change is still moved: FLIP of large photos takes long. */
interface Sample {
  readonly before: Pixels8;
  /** The same part of a perturbation. */
  cut(delta: Delta): Delta;
}

/** Tiles on each side of a sample, and of a rough one. */
const TILES = { fine: 4, rough: 3 } as const;

// A mosaic of the photo; a small photo is its own sample.
function chooseSample(photo: Pixels8, tiles: number): Sample {
  const mosaic = makeMosaic(photo, tiles);
  const area = photo.width * photo.height;
  if (mosaic.places.length === area) return { before: photo, cut: (delta) => delta };
  return { before: cutPixels(mosaic, photo), cut: (delta) => cutPlanes(mosaic, delta, area) };
}
