// From lines to figures. A pure function of the plan, the lines and the features of the edits: the number and order of
// runs do not matter. Time and memory are not part of it.
//
// Every value is first averaged over the seeds of a photo; means and intervals are over photos. Two families of figures
// are kept apart, since they hardly correlate: how far edits are from those of the clean photo (`distance`, and `sets`
// against the edits of the clean photos), and how good they are by themselves (`quality`, and `sets` against the
// photos).
import { PAIR_METRICS } from '../metrics/index.ts';
import type { Estimate } from '../report/index.ts';
import { bootstrapMean } from './bootstrap.ts';
import type { Problem } from './photo-list.ts';
import { type Cell, cellKey, listCells, type Plan } from './plan.ts';
import type { Figures, ResultLine } from './results.ts';
import { type SetFeatures, type SetFigures, setFigures } from './set-figures.ts';

/** Estimates by name; null if no photo has a value. */
export type Estimates = Readonly<Record<string, Estimate | null>>;

/** Figures of one arm at one eps after one purifier. */
export interface SummaryRow {
  readonly arm: string;
  /** 0 in the clean arm. */
  readonly eps255: number;
  readonly purifier: string;
  /** Edits compared with those of the clean photos with the same seeds. */
  readonly distance: Estimates;
  /**
   * The same minus the noise arm's at this eps after this purifier, photo by photo. Absent in the clean and noise arms.
   */
  readonly distanceMinusNoise?: Estimates;
  readonly quality: Estimates;
  /** Minus the quality of the clean photos' edits, photo by photo. */
  readonly qualityMinusClean: Estimates;
  readonly sets: SetFigures;
  /** Figures of the arm's photo. */
  readonly change: Estimates;
}

/** What is left of an arm at one eps if the editor uses the purifier that suits it best. */
export interface WorstCase {
  readonly arm: string;
  readonly eps255: number;
  /** By metric: the purifier that is best for the editor on average, and the mean of each photo's worst case. */
  readonly distance: Readonly<Record<string, { readonly purifier: string; readonly eachPhoto: Estimate | null }>>;
}

/** The contents of summary.json. */
export interface Summary {
  readonly format: 1;
  readonly plan: Plan;
  /** Number of photos in all figures. */
  readonly photos: number;
  readonly leftOut: readonly Problem[];
  /** Name of the network of the sets' features. */
  readonly features: string;
  readonly rows: readonly SummaryRow[];
  /** Only with several purifiers. */
  readonly worst: readonly WorstCase[];
}

/** Data of a summary. */
export interface SummaryInput {
  readonly plan: Plan;
  readonly lines: readonly ResultLine[];
  readonly leftOut: readonly Problem[];
  readonly features: SetFeatures;
}

/** See the head of this file. */
export function summarise({ plan, lines, leftOut, features }: SummaryInput): Summary {
  const data = new Measured(plan, lines);
  const rows = data.groups.map((group) => makeRow(group, data, plan, features));
  return {
    format: 1,
    plan,
    photos: data.photos.length,
    leftOut,
    features: features.name,
    rows,
    worst: plan.purifiers.length > 1 ? worstCases(data, plan) : [],
  };
}

/** An arm at an eps after a purifier. */
interface Group {
  readonly cell: Cell;
  readonly purifier: string;
}

type Family = 'distance' | 'quality' | 'change';

/** Lines by group and photo, for photos that have all of them. */
class Measured {
  readonly photos: readonly number[];
  readonly groups: readonly Group[];
  readonly #lines = new Map<string, ResultLine[]>();

  constructor(plan: Plan, lines: readonly ResultLine[]) {
    for (const line of lines) {
      const key = JSON.stringify([line.photo, line.arm, line.eps255, line.purifier]);
      this.#lines.set(key, [...(this.#lines.get(key) ?? []), line]);
    }
    const listGroups = (photo: number): Group[] =>
      listCells(plan, photo).flatMap((cell) => cell.purifiers.map((purifier) => ({ cell, purifier })));
    this.groups = listGroups(0);
    const isWhole = (photo: number): boolean =>
      listGroups(photo).every((group) => this.#of(plan.photos[photo]!.file, group).length === plan.seeds.length);
    this.photos = plan.photos.map((_, i) => i).filter(isWhole);
    this.#files = this.photos.map((i) => plan.photos[i]!.file);
  }

  readonly #files: readonly string[];

  /** One value per photo: the mean over its seeds, NaN if it has none. */
  values(group: Group, family: Family, name: string): number[] {
    return this.#files.map((file) => {
      const found = this.#of(file, group).map((line) => line[family][name] ?? Number.NaN);
      const finite = found.filter(Number.isFinite);
      return finite.reduce((a, b) => a + b, 0) / finite.length;
    });
  }

  /** Names of a family's figures. */
  names(group: Group, family: Family): string[] {
    const first: Figures = this.#files[0] === undefined ? {} : (this.#of(this.#files[0], group)[0]?.[family] ?? {});
    return Object.keys(first);
  }

  #of(file: string, { cell, purifier }: Group): ResultLine[] {
    return this.#lines.get(JSON.stringify([file, cell.arm.name, cell.eps255, purifier])) ?? [];
  }
}

function makeRow(group: Group, data: Measured, plan: Plan, features: SetFeatures): SummaryRow {
  const { cell, purifier } = group;
  const { arm, eps255 } = cell;
  const { seed } = plan;
  const noise = data.groups.find(
    (other) => other.cell.arm.kind === 'noise' && other.cell.eps255 === eps255 && other.purifier === purifier,
  );
  const reference = data.groups[0]!;
  const estimates = (family: Family, less?: Group): Estimates =>
    Object.fromEntries(
      data.names(group, family).map((name) => {
        const values = data.values(group, family, name);
        const others = less && data.values(less, family, name);
        const each = others ? values.map((value, i) => value - others[i]!) : values;
        return [name, bootstrapMean(each.filter(Number.isFinite), seed) ?? null];
      }),
    );
  return {
    arm: arm.name,
    eps255,
    purifier,
    distance: estimates('distance'),
    ...(noise && arm.kind !== 'noise' && { distanceMinusNoise: estimates('distance', noise) }),
    quality: estimates('quality'),
    qualityMinusClean: estimates('quality', reference),
    sets: setFigures(features, {
      edits: data.photos.map((photo) => ({
        key: cellKey({ ...cell, photo }),
        purifier: cell.purifiers.indexOf(purifier),
      })),
      clean: data.photos.map((photo) => ({ key: cellKey({ ...reference.cell, photo }), purifier: 0 })),
      photos: data.photos.map((photo) => `${cellKey({ ...reference.cell, photo })}.photo`),
      seeds: plan.seeds.length,
    }),
    change: estimates('change'),
  };
}

function worstCases(data: Measured, plan: Plan): WorstCase[] {
  const cells = data.groups.filter(({ purifier }) => purifier === plan.purifiers[0]).map(({ cell }) => cell);
  return cells
    .filter(({ purifiers }) => purifiers.length > 1)
    .map((cell) => ({
      arm: cell.arm.name,
      eps255: cell.eps255,
      distance: Object.fromEntries(
        data.names({ cell, purifier: plan.purifiers[0]! }, 'distance').map((name) => {
          // The editor wants edits as close as possible to those of the clean photo, and a latent that has not moved.
          const sign = name === 'displacement' || PAIR_METRICS[name]?.better === 'lower' ? -1 : 1;
          const all = cell.purifiers.map((purifier) => data.values({ cell, purifier }, 'distance', name));
          const means = all.map(
            (values) =>
              sign * (bootstrapMean(values.filter(Number.isFinite), plan.seed)?.mean ?? Number.NEGATIVE_INFINITY),
          );
          const each = all[0]!.map((_, photo) => sign * Math.max(...all.map((values) => sign * values[photo]!)));
          return [
            name,
            {
              purifier: cell.purifiers[means.indexOf(Math.max(...means))]!,
              eachPhoto: bootstrapMean(each.filter(Number.isFinite), plan.seed) ?? null,
            },
          ];
        }),
      ),
    }));
}
