// Plans an edit's memory from the headers of the photo and its mask, before anything is decoded or loaded. Programs stay
// loaded as far as the budget holds; one of them at a time, and in it one text at a time, is the least that works.
import type { EditorVictim } from 'photoguard/attacks';
import { type EditPlan, planEdit } from 'photoguard/editing';
import type { PhotoHeader, Size } from 'photoguard/image/node';
import { EXCHANGED_BYTES } from 'photoguard/runtime';
import { fitSize } from 'photoguard/view';
import { type Budget, overBudget, PROCESSES_BYTES } from './budget.ts';
import { maskBytes } from './given-mask.ts';

/** What a plan is made for. */
export interface EditPlanOptions {
  readonly editor: EditorVictim;
  readonly photo: PhotoHeader;
  /** The mask's, where it is a file. */
  readonly mask: PhotoHeader | undefined;
  /** `--size`; default: the size that the editor was trained on. */
  readonly size?: string;
  readonly guidance: number;
  /** Pictures of a contact sheet; 0: none is written. */
  readonly panels: number;
  readonly budget: Budget;
}

/** The plan of an edit. */
export interface PlannedEdit {
  readonly size: Size;
  readonly plan: EditPlan;
  /** Bytes that programs may take together. */
  readonly memory: number;
  /** Whether guidance must run its two texts one after the other. */
  readonly splitGuidance: boolean;
}

/** Bytes per pixel of the photo that reducing it to the editor's size takes: a channel in floats, half reduced. */
const REDUCING_BYTES = 8;

/** Bytes per pixel of an edit on a contact sheet: it is kept in floats, and then drawn. */
const PANEL_BYTES = 24;

/**
 * Plans edits of a photo by an editor.
 * @throws PhotoGuardError `memory` with the smallest budget that would be enough; `input` or `usage` for the size
 */
export async function planPhotoEdit(options: EditPlanOptions): Promise<PlannedEdit> {
  const { editor, photo, mask, guidance, panels, budget } = options;
  const { pipeline, ref } = editor;
  const { width, height } = photo;
  const size = fitSize(width, height, options.size ?? `fit:${pipeline.trainedSide}`, pipeline.autoencoder.factor);
  const seen = size.width * size.height;
  const beside = PROCESSES_BYTES + countPhotoBytes(photo, mask) + (EXCHANGED_BYTES + PANEL_BYTES * panels) * seen;
  const memory = Math.max(0, budget.bytes - beside);
  const plan = planEdit(pipeline, size);
  const guided = guidance > 1;
  const least = (splitGuidance: boolean): number => plan.bytes(guided, { oneAtATime: true, splitGuidance });
  if (least(false) <= memory) return { size, plan, memory, splitGuidance: false };
  const bytes = least(true);
  if (bytes <= memory) return { size, plan, memory, splitGuidance: true };
  const what = `an edit of a photo of ${width}x${height} by ${ref} at ${size.width}x${size.height}`;
  throw overBudget(budget, beside + bytes, what);
}

// While the photo is decoded, while its mask is, or while it is reduced, whichever is most.
function countPhotoBytes(photo: PhotoHeader, mask: PhotoHeader | undefined): number {
  const { width, height, hasAlpha, fileBytes, decodeBytes } = photo;
  const area = width * height;
  const pixels = (hasAlpha ? 4 : 3) * area;
  const masking = mask ? pixels + maskBytes(mask, area) : 0;
  return Math.max(decodeBytes, masking, fileBytes + pixels + (1 + REDUCING_BYTES) * area);
}
