/*
 * A picture for people: the original, the immunized photo, their difference times ten around grey, and what a model makes
 * of both. The first two should look alike, the last two should not.
 */

import { requireSameSize } from '../convert.ts';
import { readPlanes } from '../planes.ts';
import { resizePixels, resizePlanes } from '../resize.ts';
import type { Image01, Pixels8, Size } from '../types.ts';
import { contactSheet, PANEL_RESIZE, type Panel } from './contact-sheet.ts';

/** What is shown beside the two photos, and how large. */
export interface CompareOptions {
  /** What a model makes of each, with names such as `original, decoded`; at any size of the same shape. */
  readonly seen?: readonly Panel[];
  /** Longest side of a panel in pixels; default 512. Larger photos are scaled down, smaller ones are not scaled up. */
  readonly maxSide?: number;
  /** Factor of the difference panel; default 10. */
  readonly gain?: number;
  /** Panels in a row; default: all in one. */
  readonly columns?: number;
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
  const { seen = [], maxSide = 512, gain = 10, columns, icc } = options;
  const scale = Math.min(1, maxSide / Math.max(original.width, original.height));
  const panel = {
    width: Math.max(1, Math.round(original.width * scale)),
    height: Math.max(1, Math.round(original.height * scale)),
  };
  const panels: Panel[] = [
    ['original', resizePixels(original, panel, PANEL_RESIZE)],
    ['immunized', resizePixels(immunized, panel, PANEL_RESIZE)],
    [`difference x${gain}`, amplified(original, immunized, gain, panel)],
    ...seen,
  ];
  return contactSheet(panels, { panel, columns, icc });
}

/** Grey plus gain times the difference, scaled before it is clipped: scaling is linear, clipping is not. */
function amplified(before: Pixels8, after: Pixels8, gain: number, size: Size): Image01 {
  const fill = readPlanes(after);
  const difference = resizePlanes(
    before,
    (channel, plane) => {
      fill(channel, plane);
      for (let i = 0, j = channel; i < plane.length; i++, j += 3) plane[i]! -= before.data[j]! / 255;
    },
    size,
    PANEL_RESIZE,
  );
  return { ...difference, data: difference.data.map((d) => 128 / 255 + gain * d) };
}
