// What an audit takes, before anything is decoded or loaded: the photo's versions and what is done to them at the photo's
// own size, and the largest program. Programs of purifiers are not among them: one that does not fit is not tested.
import { planMemory } from 'onnx-grad';
import { type EditorVictim, encoderLossGraph } from '../attacks/index.ts';
import { planEdit } from '../editing/index.ts';
import type { Size } from '../image/index.ts';
import type { ImmunizationRecord } from '../record/index.ts';
import { EXCHANGED_BYTES } from '../runtime/index.ts';
import { fitSize, sideMultiple } from '../view/index.ts';
import type { AuditedModel, AuditOptions } from './audit-options.ts';

/** What a plan is made for: options of an audit, and the photo's size where that has its pixels. */
export interface AuditPlanOptions extends Pick<AuditOptions, 'models' | 'record' | 'size' | 'editor' | 'draws'> {
  readonly photo: Size;
  /** Whether edits are guided: two texts in a batch. */
  readonly guided: boolean;
}

/** Bytes that an audit takes. */
export interface AuditPlan {
  /** Of the photo's versions, and of working on them. */
  readonly photoBytes: number;
  /** Of the largest program, and of the pictures on their way to it. */
  readonly programBytes: number;
}

/**
 * Bytes per pixel of the photo for what works on one of its versions: a filter, a metric, a file that is encoded. An
 * estimate, tried on a photo of 1.5 megapixels.
 */
const WORKING_BYTES = 60;

/** Sets of versions that are held at once: as they are, after a purifier, and after another one. */
const SETS = 3;

/**
 * Plans an audit of a photo.
 * @throws PhotoGuardError `usage` or `input` for a size that a model cannot take
 */
export function planAudit(options: AuditPlanOptions): AuditPlan {
  const { photo, models, editor, draws, guided } = options;
  const looks = models.map((model) => {
    const size = chooseAuditedSize(options, model);
    return planMemory(encoderLossGraph(model.victim.autoencoder, size)).bytes + exchanged(size);
  });
  const edits = editor ? [editBytes(editor, photo, guided)] : [];
  return {
    photoBytes: (SETS * (2 + draws) * 3 + WORKING_BYTES) * photo.width * photo.height,
    programBytes: Math.max(...looks, ...edits),
  };
}

/** The size at which a model of an audit sees the photo. */
export function chooseAuditedSize(
  { photo, record, size }: { readonly photo: Size; readonly record?: ImmunizationRecord; readonly size?: string },
  { victim, recorded, recordedSize }: AuditedModel,
): Size {
  const factor = sideMultiple(victim.autoencoder);
  const [width, height] = recordedSize ?? record?.size ?? [0, 0];
  if (size === undefined && recorded && width % factor === 0 && height % factor === 0) return { width, height };
  return fitSize(photo.width, photo.height, size ?? 'fit:512', factor);
}

/** The size at which an editor edits the photo in an audit. */
export const chooseEditedSize = ({ width, height }: Size, { pipeline }: EditorVictim): Size =>
  fitSize(width, height, `fit:${pipeline.trainedSide}`, sideMultiple(pipeline.autoencoder));

function editBytes(editor: EditorVictim, photo: Size, guided: boolean): number {
  const size = chooseEditedSize(photo, editor);
  return planEdit(editor.pipeline, size).bytes(guided, { oneAtATime: true }) + exchanged(size);
}

const exchanged = ({ width, height }: Size): number => EXCHANGED_BYTES * width * height;
