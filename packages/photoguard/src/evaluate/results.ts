// A line of results.jsonl: one photo in one arm at one eps, purified in one way and edited with one seed.
import * as z from 'zod/mini';
import { fittingJson, object } from '../validate/index.ts';
import { type Cell, cellKey, listCells, type Plan } from './plan.ts';

/** Numbers by name; null if there is none, as for the PSNR of equal pictures. */
export type Figures = Readonly<Record<string, number | null>>;

/** See the head of this file. */
export interface ResultLine {
  readonly photo: string;
  readonly arm: string;
  /** 0 in the clean arm. */
  readonly eps255: number;
  readonly purifier: string;
  /** Seed of the edit's noise. */
  readonly seed: number;
  readonly prompt: string;
  /**
   * The edit compared with that of the original with the same seed, not purified, as in the paper; and `displacement`, how far
   * the photo that is edited has moved in the editor's latent space from the original, purified alike.
   */
  readonly distance: Figures;
  /** How good the edit is by itself. */
  readonly quality: Figures;
  /** The arm's photo, before any purifier, compared with the original. */
  readonly change: Figures;
  /** Cost of the cell, which is not reproducible. */
  readonly cost: Cost;
}

/** Time and memory. */
export interface Cost {
  /** Seconds of the attack, and of this edit including its measurement. */
  readonly seconds: { readonly immunize: number; readonly edit: number };
  readonly gradients: number;
  /** Bytes that the attack's programs were planned to take. */
  readonly plannedBytes: number;
  /** Highest resident size so far of this worker's process for the arm's attack; absent if unknown. */
  readonly peakBytes?: number;
}

const makeKey = ({ photo, arm, eps255, purifier, seed }: ResultLine): string =>
  JSON.stringify([photo, arm, eps255, purifier, seed]);

const figures = () => z.record(z.string(), z.nullable(z.number()));
const LINE: z.ZodMiniType<ResultLine> = object({
  photo: z.string(),
  arm: z.string(),
  eps255: z.number(),
  purifier: z.string(),
  seed: z.number(),
  prompt: z.string(),
  distance: figures(),
  quality: figures(),
  change: figures(),
  cost: object({
    seconds: object({ immunize: z.number(), edit: z.number() }),
    gradients: z.number(),
    plannedBytes: z.number(),
    peakBytes: z.optional(z.number()),
  }),
});

/** Lines of a text; an incomplete last line is left out, so that its cell is computed again. */
export const parseLines = (text: string): ResultLine[] =>
  text.split('\n').flatMap((line) => fittingJson(LINE, line) ?? []);

/** Lines by cell, in the order of the plan, only for complete cells. */
export function completeCells(plan: Plan, lines: readonly ResultLine[]): Map<string, ResultLine[]> {
  const known = new Map(lines.map((line) => [makeKey(line), line]));
  const complete = new Map<string, ResultLine[]>();
  for (const [i] of plan.photos.entries())
    for (const cell of listCells(plan, i)) {
      const found = listKeys(plan, cell).map((key) => known.get(key));
      if (found.every((line) => line !== undefined)) complete.set(cellKey(cell), found);
    }
  return complete;
}

const listKeys = ({ photos, seeds }: Plan, { photo, arm, eps255, purifiers }: Cell): string[] =>
  purifiers.flatMap((purifier) =>
    seeds.map((seed) => JSON.stringify([photos[photo]!.file, arm.name, eps255, purifier, seed])),
  );

/** A number as in results: seven digits, null if it is not finite. */
export const kept = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null);
