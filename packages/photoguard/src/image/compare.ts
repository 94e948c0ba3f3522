/*
 * A picture for people: the original, the immunized photo, their difference times ten around grey, and what a model makes
 * of both. The first two should look alike, the last two should not.
 */
import { contactSheet, fitted, type Panel } from './contact-sheet.ts';
import { requireSameSize, toImage01 } from './convert.ts';
import type { Image01, Pixels8, Size } from './types.ts';

/** What is shown beside the two photos, and how large. */
export interface CompareOptions {
  /** What a model makes of each, with names such as `original, decoded`; at any size of the same shape. */
  readonly seen?: readonly Panel[];
  /** Longest side of a panel in pixels; default 512. Larger photos are scaled down, smaller ones are not scaled up. */
  readonly maxSide?: number;
  /** Factor of the difference panel; default 10. */
  readonly gain?: number;
  /** The photos' ICC profile, so that the panels look as the photos do. */
  readonly icc?: Uint8Array;
}

/**
 * The panels side by side with their names above them, as the bytes of a PNG.
 *
 * @throws PhotoGuardError `input` when the photos differ in size
 */
export async function comparePicture(
  original: Pixels8,
  immunized: Pixels8,
  options: CompareOptions = {},
): Promise<Uint8Array> {
  requireSameSize(original, immunized);
  const { seen = [], maxSide = 512, gain = 10, icc } = options;
  const scale = Math.min(1, maxSide / Math.max(original.width, original.height));
  const panel = {
    width: Math.max(1, Math.round(original.width * scale)),
    height: Math.max(1, Math.round(original.height * scale)),
  };
  const before = toImage01(original);
  const after = toImage01(immunized);
  const panels: Panel[] = [
    ['original', before],
    ['immunized', after],
    [`difference x${gain}`, amplified(before, after, gain, panel)],
    ...seen,
  ];
  return contactSheet(panels, { panel, ...(icc && { icc }) });
}

/** Grey plus gain times the difference, scaled before it is clipped: scaling is linear, clipping is not. */
function amplified(before: Image01, after: Image01, gain: number, size: Size): Image01 {
  const data = after.data.map((value, i) => value - before.data[i]!);
  const difference = fitted({ ...before, data }, size);
  return { ...difference, data: difference.data.map((d) => 128 / 255 + gain * d) };
}
