// What an evaluation is: everything that its numbers depend on, and the list of its cells. A cell is one photo in one
// arm at one eps; in it the photo is immunized once, purified in every way, and edited with every seed. Cells have
// stable keys, so that a stopped run can be resumed.
import type { NormName } from '../attacks/index.ts';
import { type Arm, settledArm } from './arms.ts';

/** A photo of the plan. */
export interface PlannedPhoto {
  /** Path relative to the folder of photos. */
  readonly file: string;
  readonly prompt: string;
  /** SHA-256 of the file, hex. */
  readonly sha256: string;
}

/** How every photo is edited. */
export interface EditSettings {
  readonly steps: number;
  readonly strength: number;
  readonly guidance: number;
  /** Of InstructPix2Pix. */
  readonly imageGuidance?: number;
  readonly eta: number;
}

/** Everything that the numbers of an evaluation depend on. */
export interface Plan {
  readonly model: { readonly ref: string; readonly sha256: string };
  /** A CLIP model that scores how well edits fit their prompts. */
  readonly clip?: { readonly ref: string; readonly sha256: string };
  /** Side of the squares that are edited, in pixels. */
  readonly side: number;
  readonly photos: readonly PlannedPhoto[];
  /** What is repainted, for people; with a hash if it comes from files. */
  readonly masks: string;
  readonly arms: readonly Arm[];
  readonly norm: NormName;
  /** In levels of 255. */
  readonly eps255: readonly number[];
  /** Canonical texts; `none` is the first. */
  readonly purifiers: readonly string[];
  /** Seeds of the edits' noise. */
  readonly seeds: readonly number[];
  /** Seed of the attacks, the noise arm and the bootstrap. */
  readonly seed: number;
  readonly edit: EditSettings;
  /** Prompts of the diffusion arm; default: its recipe's. */
  readonly attackPrompts?: readonly string[];
  readonly device: string;
  /** Versions of the software. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One photo in one arm at one eps. */
export interface Cell {
  /** Index of the photo in the plan. */
  readonly photo: number;
  readonly arm: Arm;
  /** 0 in the clean arm. */
  readonly eps255: number;
  readonly purifiers: readonly string[];
}

/** The arm that every photo has, at least for comparison: its edits without a purifier are the reference. */
const CLEAN: Arm = { name: 'clean', kind: 'clean', settings: {} };

/** Cells of one photo, the reference first. */
export function listCells({ arms, eps255, purifiers }: Plan, photo: number): Cell[] {
  const named = arms.find(({ kind }) => kind === 'clean');
  const clean: Cell = { photo, arm: CLEAN, eps255: 0, purifiers: named ? purifiers : purifiers.slice(0, 1) };
  const others = arms.filter(({ kind }) => kind !== 'clean');
  return [clean, ...eps255.flatMap((eps) => others.map((arm) => ({ photo, arm, eps255: eps, purifiers })))];
}

/** All cells. */
export const allCells = (plan: Plan): Cell[] => plan.photos.flatMap((_, i) => listCells(plan, i));

/** A cell's name, usable in file names: `0003.encoder.4`. */
export function cellKey({ photo, arm, eps255 }: Cell): string {
  const name = arm.name.replace(/[^\w.-]/g, '_');
  return `${String(photo).padStart(4, '0')}.${name}.${eps255}`;
}

/** Approximate work of a cell, in steps of the editor, for progress and the remaining time. */
export function estimateWork({ arm, purifiers }: Cell, { seeds, edit }: Plan): number {
  const edits = purifiers.length * seeds.length * (edit.steps * edit.strength + 6);
  const settled = settledArm(arm, { strength: edit.strength });
  return settled ? edits + settled.recipe.steps * settled.kind.work(settled) : edits;
}

type Parts = Readonly<Record<string, unknown>>;

/** Names of the parts in which a stored plan differs from another one. */
export function differences(kept: Parts, plan: Plan): string[] {
  const now: Parts = { ...plan };
  const parts = [...new Set([...Object.keys(kept), ...Object.keys(now)])];
  return parts.filter((part) => JSON.stringify(kept[part]) !== JSON.stringify(now[part]));
}
