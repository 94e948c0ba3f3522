// The change that a trained network makes of a photo in one pass: where descent may begin, and, without a gradient after it, a
// protection by itself. Nothing here needs Node.
import { type Graph, GraphBuilder, planMemory } from 'onnx-grad';
import { type Mask, type Pixels8, readPlanes, resizePlanes, type Size } from '../image/index.ts';
import type { Immunizer } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { hide, seenPixels, toSigned } from '../view/index.ts';
import type { Constraint, Delta } from './constraint.ts';

/** The pass at one size. */
export interface FirstPlan {
  readonly graph: Graph;
  readonly size: Size;
  /** Bytes that its program takes. */
  readonly bytes: number;
}

/** Plans the pass at a size whose sides are multiples of the network's factor. */
export function planFirst(immunizer: Immunizer, size: Size): FirstPlan {
  const g = new GraphBuilder('first');
  const image = g.input('image', 'float32', [1, 3, size.height, size.width]);
  g.output('change', immunizer.change(g, toSigned(g, image)));
  const graph = g.build();
  return { graph, size, bytes: planMemory(graph).bytes };
}

/**
 * The first change of a photo, within the constraint. A change of tone is taken out of it, as in training: it would be seen
 * and protect nothing.
 */
export async function firstChange(
  { graph, size }: FirstPlan,
  photo: Pixels8,
  { runtime, constraint, mask, signal }: FirstOptions,
): Promise<Delta> {
  const program = runtime.programs.lease();
  try {
    const { change } = await program.run(graph, { image: seenPixels(photo, size).data }, { signal });
    const delta = atSize(change as Float32Array, size, photo);
    constraint.fill(delta);
    removeTone(delta, photo);
    if (mask) hide(delta, mask);
    return delta;
  } finally {
    await program.release();
  }
}

/** What it takes to make a first change. */
export interface FirstOptions {
  readonly runtime: Pick<Runtime, 'programs'>;
  readonly constraint: Constraint;
  /** Where it is 1 the photo is not changed. The photo's size. */
  readonly mask?: Mask;
  readonly signal?: AbortSignal;
}

function atSize(change: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return change;
  const area = from.width * from.height;
  const fill = (channel: number, plane: Float32Array): void => {
    plane.set(change.subarray(channel * area, (channel + 1) * area));
  };
  return resizePlanes(from, fill, to, { filter: 'lanczos3' }).data;
}

// What one gain and one offset of the photo would do, least squares over all values.
function removeTone(delta: Delta, photo: Pixels8): void {
  const area = photo.width * photo.height;
  const plane = new Float32Array(area);
  const fill = readPlanes(photo);
  const channels = [0, 1, 2].map((c) => delta.subarray(c * area, (c + 1) * area));
  const sums = { x: 0, d: 0, xx: 0, xd: 0 };
  for (const [c, changes] of channels.entries()) {
    fill(c, plane);
    addSums(sums, plane, changes);
  }
  const n = 3 * area;
  const variance = sums.xx - (sums.x * sums.x) / n;
  const gain = variance > 1e-9 ? (sums.xd - (sums.x * sums.d) / n) / variance : 0;
  const offset = (sums.d - gain * sums.x) / n;
  for (const [c, changes] of channels.entries()) {
    fill(c, plane);
    for (let i = 0; i < area; i++) changes[i]! -= gain * plane[i]! + offset;
  }
}

interface Sums {
  x: number;
  d: number;
  xx: number;
  xd: number;
}

// Sums in local variables: those of a closure lie in memory, and take ten times as long.
function addSums(sums: Sums, values: Float32Array, changes: Float32Array): void {
  let { x, d, xx, xd } = sums;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const change = changes[i]!;
    x += value;
    d += change;
    xx += value * value;
    xd += value * change;
  }
  Object.assign(sums, { x, d, xx, xd });
}
