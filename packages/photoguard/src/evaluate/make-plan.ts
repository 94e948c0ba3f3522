// From options to a plan: which photos can be read, the editor's sizes, hashes and versions.
import { join } from 'node:path';
import type { NormName } from '../attacks/index.ts';
import { findPhotoWay, settleStrength } from '../editing/index.ts';
import { PhotoGuardError } from '../errors.ts';
import { KEPT_ELLIPSE } from '../image/index.ts';
import { loadPipeline } from '../models/node/index.ts';
import { parsePurifiers } from '../purifiers/index.ts';
import { sha256OfFile, sha256OfFolder, versions } from '../report/node/index.ts';
import type { Arm } from './arms.ts';
import { loadClip } from './load-clip.ts';
import { type ListOptions, listPhotos, type Problem } from './photo-list.ts';
import type { EditSettings, Plan, PlannedPhoto } from './plan.ts';
import { type Masks, preparePhoto } from './prepare-photo.ts';

/** Options of an evaluation. */
export interface PlanOptions extends Omit<ListOptions, 'seed' | 'except'> {
  /** Folder of photos. */
  readonly photos: string;
  /** Folder of the report. */
  readonly output: string;
  /** Most photos to use. Default: all. */
  readonly limit?: number;
  /** The editor: its reference, and its folder. */
  readonly model: { readonly ref: string; readonly folder: string };
  /** A CLIP model that scores how well edits fit their prompts, and its folder. */
  readonly clip?: { readonly ref: string; readonly folder: string };
  /** Default: `auto` for an editor that inpaints, else `none`. */
  readonly masks?: Masks;
  readonly arms: readonly Arm[];
  readonly norm: NormName;
  readonly eps255: readonly number[];
  /** In the grammar of purifiers. Default: none. */
  readonly purify?: string;
  /** Edits of every photo, with the seeds 0, 1, ... */
  readonly seeds: number;
  readonly seed: number;
  readonly edit: Omit<EditSettings, 'strength'> & { readonly strength?: number };
  readonly attackPrompts?: readonly string[];
  readonly device: string;
  /** Bytes; photos and masks that take more to decode are left out. Default: no limit but that of pixels. */
  readonly memory?: number;
}

/** A plan, what was left out, and its masks. */
export interface MadePlan {
  readonly plan: Plan;
  readonly masks: Masks;
  readonly leftOut: readonly Problem[];
}

/**
 * Makes a plan. Photos that cannot be read are left out and named, and the next ones replace them.
 * @throws PhotoGuardError if no photo is left, or for invalid options or an unusable model
 */
export async function makePlan(options: PlanOptions, signal?: AbortSignal): Promise<MadePlan> {
  const { model, clip, arms, norm, eps255, seed, edit, attackPrompts } = options;
  const purifiers = parsePurifiers(options.purify ?? 'none').map(({ spec }) => spec);
  const pipeline = await loadPipeline(model.folder, model.ref);
  if (clip) await loadClip(clip.folder); // its problems are reported before photos are read
  const masks: Masks = options.masks ?? { kind: pipeline.inpaints ? 'auto' : 'none' };
  // What the editor does not take is told before photos are read.
  const strength = settleStrength(pipeline, edit.strength, masks.kind !== 'none');
  findPhotoWay(pipeline).makeChain(edit);
  const { photos, leftOut } = await readable(options, pipeline.trainedSide, masks, signal);
  return {
    masks,
    leftOut,
    plan: {
      model: { ref: model.ref, sha256: await sha256OfFolder(model.folder, isOfPipeline) },
      ...(clip && { clip: { ref: clip.ref, sha256: await sha256OfFolder(clip.folder) } }),
      side: pipeline.trainedSide,
      photos,
      masks: await masksInWords(masks),
      ...{ arms, norm, eps255 },
      purifiers: ['none', ...purifiers.filter((spec) => spec !== 'none')],
      seeds: Array.from({ length: options.seeds }, (_, i) => i),
      seed,
      edit: { ...edit, strength },
      attackPrompts,
      device: options.device,
      versions: versions(),
    },
  };
}

// A pipeline's parts are folders; other files (a card, pictures) do not change edits.
const isOfPipeline = (path: string): boolean => path === 'model_index.json' || path.includes('/');

async function readable(
  { photos: folder, output, limit = Number.POSITIVE_INFINITY, memory, ...options }: PlanOptions,
  side: number,
  masks: Masks,
  signal: AbortSignal | undefined,
): Promise<{ photos: PlannedPhoto[]; leftOut: Problem[] }> {
  const except = masks.kind === 'folder' ? [output, masks.folder] : [output];
  const { photos: listed, problems } = await listPhotos(folder, { ...options, except });
  const photos: PlannedPhoto[] = [];
  const leftOut = [...problems];
  for (const { file, prompt } of listed) {
    if (photos.length >= limit) break;
    if (signal?.aborted) throw new PhotoGuardError('aborted', 'stopped on request');
    const path = join(folder, file);
    try {
      await preparePhoto(path, side, masks, memory);
      photos.push({ file, prompt, sha256: await sha256OfFile(path) });
    } catch (error) {
      if (!(error instanceof PhotoGuardError)) throw error;
      leftOut.push({ name: file, reason: error.message });
    }
  }
  if (photos.length === 0)
    throw new PhotoGuardError('input', `${folder}: no photo can be read`, {
      got: leftOut[0] ? `first ${leftOut[0].name}: ${leftOut[0].reason}` : 'none',
    });
  return { photos, leftOut };
}

// Other files there (such as a growing report) are not part of the plan.
const isMask = (path: string): boolean => /\.png$/.test(path) && !/(^|\/)\./.test(path);

async function masksInWords(masks: Masks): Promise<string> {
  if (masks.kind === 'none') return 'none: the whole photo is edited (img2img)';
  if (masks.kind === 'folder') return `files of a folder, SHA-256 ${await sha256OfFolder(masks.folder, isMask)}`;
  const percent = (share: number): string => `${Math.round(200 * share)}%`;
  return `auto: an ellipse in the middle is kept, ${percent(KEPT_ELLIPSE.x)} of the width and ${percent(KEPT_ELLIPSE.y)} of the height; the rest is repainted`;
}
