// Masks like those that people draw for edits: boxes, brush strokes, blobs, everything except a subject, and the frames
// of outpainting. The shares are those of the lab's prepare.py; there are more kinds of blobs and frames here.
import type { Draws } from 'photoguard/training';
import { blob, box, type Inside, stroke } from './mask-shapes.ts';

/** The least and the most that a mask may cover. Less is nothing to repaint, more is text-to-image. */
export const COVER = [0.06, 0.92] as const;

/** Kinds of masks. */
export type MaskKind = 'box' | 'stroke' | 'blob' | 'keep' | 'frame';

/** A mask: 1 where the editor repaints, row after row. */
export interface DrawnMask {
  readonly kind: MaskKind;
  /** [side, side] */
  readonly data: Uint8Array;
}

/** The share of each kind; the sum is 1. `keep` is the case of immunization: a subject before another background. */
const SHARES: readonly (readonly [MaskKind, number])[] = [
  ['box', 0.35],
  ['stroke', 0.15],
  ['blob', 0.15],
  ['keep', 0.25],
  ['frame', 0.1],
];

/** A mask of a square picture: draws masks until one covers as much as {@link COVER} requires. */
export function drawMask(draws: Draws, side: number): DrawnMask {
  for (;;) {
    const kind = drawKind(draws);
    const inside = drawShape(kind, draws);
    const data = new Uint8Array(side * side);
    let covered = 0;
    for (let i = 0; i < data.length; i++)
      if (inside(((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side)) covered += data[i] = 1;
    const share = covered / data.length;
    if (share >= COVER[0] && share <= COVER[1]) return { kind, data };
  }
}

function drawKind(draws: Draws): MaskKind {
  let left = draws.next();
  for (const [kind, share] of SHARES) if ((left -= share) < 0) return kind;
  return 'frame';
}

// Lengths are parts of the picture's side.
function drawShape(kind: MaskKind, draws: Draws): Inside {
  const within = (low: number, high: number): number => low + draws.next() * (high - low);
  switch (kind) {
    case 'box': {
      const boxes = Array.from({ length: draws.pick([1, 1, 2]) }, () => {
        const [width, height] = [within(0.22, 0.78), within(0.22, 0.78)];
        return box(within(0, 1 - width), within(0, 1 - height), width, height);
      });
      return (x, y) => boxes.some((inside) => inside(x, y));
    }
    case 'stroke': {
      const points: [number, number][] = [[within(0.12, 0.88), within(0.12, 0.88)]];
      const corners = draws.between(3, 9);
      while (points.length <= corners) {
        const [x, y] = points.at(-1)!;
        points.push([clamped(x + within(-0.47, 0.47)), clamped(y + within(-0.47, 0.47))]);
      }
      return stroke(points, within(0.11, 0.28));
    }
    case 'blob':
      return blob(drawBlob(draws, [0.19, 0.81], [0.16, 0.41]));
    case 'keep': {
      const subject = drawBlob(draws, [0.3, 0.7], [0.14, 0.38]);
      const { x, y, across, down } = subject;
      const kept = draws.next() < 0.7 ? blob(subject) : box(x - across, y - down, 2 * across, 2 * down);
      return (px, py) => !kept(px, py);
    }
    case 'frame':
      return drawFrame(draws);
  }
}

function drawBlob(draws: Draws, centre: readonly [number, number], radius: readonly [number, number]) {
  const within = ([low, high]: readonly [number, number]): number => low + draws.next() * (high - low);
  const shape = { x: within(centre), y: within(centre), across: within(radius), down: within(radius) };
  // Half are ellipses; hand-drawn borders go in and out.
  const swing = draws.next() < 0.5 ? 0 : within([0.05, 0.2]);
  return { ...shape, swing, turns: draws.between(2, 5), phase: within([0, 2 * Math.PI]) };
}

// Outpainting: the picture is continued beyond one side, two adjacent ones, or all four.
function drawFrame(draws: Draws): Inside {
  const [first, second] = [draws.between(0, 3), draws.pick([1, 3])];
  const kind = draws.next();
  const depth = 0.25 + draws.next() * 0.44;
  const beyond = (side: number, by: number, x: number, y: number): boolean =>
    [x < by, y < by, x > 1 - by, y > 1 - by][side]!;
  if (kind < 0.6) return (x, y) => beyond(first, depth, x, y);
  if (kind < 0.8) return (x, y) => beyond(first, depth / 2, x, y) || beyond((first + second) % 4, depth / 2, x, y);
  return (x, y) => Math.min(x, y, 1 - x, 1 - y) < depth / 2;
}

const clamped = (x: number): number => Math.min(Math.max(x, 0), 1);
