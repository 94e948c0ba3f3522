// Figures of whole sets of edits, by a network's features: how far they are from the edits of the clean photos, and
// from the photos themselves. There is no interval: a resampled set contains some pictures twice, which these distances
// treat as too little spread.
import { type Features, frechetDistance, kernelDistance, precisionRecall } from '../metrics/index.ts';
import { kept } from './results.ts';

/** Stored features, by name: rows one after the other. */
export interface SetFeatures {
  /** The network's name. */
  readonly name: string;
  readonly rows: ReadonlyMap<string, Float32Array>;
}

/** Which rows of which files make up the sets. */
export interface Sets {
  /** For each photo, the features of its cell, and the position of the purifier in it. */
  readonly edits: readonly { readonly key: string; readonly purifier: number }[];
  readonly clean: readonly { readonly key: string; readonly purifier: number }[];
  readonly photos: readonly string[];
  readonly seeds: number;
}

/** Distances of a set of edits; null if there are too few. */
export interface SetFigures {
  /** Fréchet distance to the edits of the clean photos. */
  readonly frechet: number | null;
  /** How far the features of an edit are from those of the clean photo's edit of the same seed: mean squared distance. */
  readonly shift: number | null;
  /**
   * Share of that shift that all edits have in common, 0 to 1. A Fréchet distance sees this part as a different mean;
   * it hardly sees edits that move in different directions, since as a set they look as before.
   */
  readonly commonShift: number | null;
  /** Kernel distance to them. */
  readonly kernel: number | null;
  /**
   * Share of edits that are at least as near to an edit of a clean photo as its fifth neighbour among these: the
   * paper's PR.
   */
  readonly precision: number | null;
  readonly recall: number | null;
  /** Fréchet distance to the photos. */
  readonly frechetToPhotos: number | null;
}

/** Number of neighbours for precision and recall. */
const NEIGHBOURS = 5;

/** See the head of this file. */
export function setFigures({ rows }: SetFeatures, { edits, clean, photos, seeds }: Sets): SetFigures {
  const dimensions = photos[0] === undefined ? 0 : (rows.get(photos[0])?.length ?? 0);
  const ofCells = (cells: Sets['edits']): Features =>
    gathered(
      cells.map(({ key, purifier }) => {
        const length = seeds * dimensions;
        return rows.get(key)?.subarray(purifier * length, (purifier + 1) * length);
      }),
      dimensions,
    );
  const [edited, reference] = [ofCells(edits), ofCells(clean)];
  const real = gathered(
    photos.map((key) => rows.get(key)),
    dimensions,
  );
  const least = Math.min(edited.count, reference.count);
  const shares = least > NEIGHBOURS ? precisionRecall(reference, edited, NEIGHBOURS) : undefined;
  return {
    frechet: least > 1 ? kept(frechetDistance(reference, edited)) : null,
    ...shifts(reference, edited),
    kernel: least > 1 ? kept(kernelDistance(reference, edited)) : null,
    precision: shares ? kept(shares.precision) : null,
    recall: shares ? kept(shares.recall) : null,
    frechetToPhotos: Math.min(edited.count, real.count) > 1 ? kept(frechetDistance(real, edited)) : null,
  };
}

// Pictures are in the same order in both sets.
function shifts(reference: Features, edited: Features): Pick<SetFigures, 'shift' | 'commonShift'> {
  const { count, dimensions } = edited;
  if (count === 0 || reference.count !== count) return { shift: null, commonShift: null };
  const mean = new Float64Array(dimensions);
  let squares = 0;
  for (let i = 0; i < edited.data.length; i++) {
    const difference = edited.data[i]! - reference.data[i]!;
    mean[i % dimensions]! += difference / count;
    squares += difference ** 2 / count;
  }
  const common = mean.reduce((sum, value) => sum + value ** 2, 0);
  return { shift: kept(squares), commonShift: squares > 0 ? kept(common / squares) : null };
}

function gathered(parts: readonly (Float32Array | undefined)[], dimensions: number): Features {
  if (dimensions === 0 || parts.some((part) => part === undefined))
    return { count: 0, dimensions, data: new Float32Array() };
  const data = new Float32Array(parts.reduce((sum, part) => sum + part!.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part!, at);
    at += part!.length;
  }
  return { count: data.length / dimensions, dimensions, data };
}
