// Plans an audit's memory from the headers of its pictures, before any of them is decoded or anything is loaded.
import { type AuditPlanOptions, planAudit } from 'photoguard/audit';
import type { PhotoHeader } from 'photoguard/image/node';
import { type Budget, overBudget, PROCESSES_BYTES } from './budget.ts';
import { maskBytes } from './given-mask.ts';

/** What a plan is made for. */
export interface AuditHeaders {
  readonly photo: PhotoHeader;
  readonly original: PhotoHeader | undefined;
  /** The mask's, where it is a file. */
  readonly mask: PhotoHeader | undefined;
}

/**
 * The bytes that programs may take together.
 * @throws PhotoGuardError `memory` with the smallest budget that would be enough; errors of `planAudit`
 */
export async function planPhotoAudit(
  { photo, original, mask }: AuditHeaders,
  options: Omit<AuditPlanOptions, 'photo'>,
  budget: Budget,
): Promise<number> {
  const { photoBytes, programBytes } = planAudit({ ...options, photo });
  const { width, height } = photo;
  const area = width * height;
  const decoding = Math.max(
    photo.decodeBytes,
    4 * area + (original?.decodeBytes ?? 0),
    7 * area + (mask ? maskBytes(mask, area) : 0),
  );
  const beside = PROCESSES_BYTES + Math.max(decoding, photo.fileBytes + photoBytes);
  if (beside + programBytes <= budget.bytes) return budget.bytes - beside;
  const refs = [...options.models.map(({ victim }) => victim.ref), ...(options.editor ? [options.editor.ref] : [])];
  const what = `an audit of a photo of ${width}x${height} with ${[...new Set(refs)].join(', ')}`;
  throw overBudget(budget, beside + programBytes, what);
}
