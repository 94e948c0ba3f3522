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
  const eachPlane = (visit: (values: Float32Array, changes: Float32Array) => void): void => {
    for (let c = 0; c < 3; c++) {
      fill(c, plane);
      visit(plane, delta.subarray(c * area, (c + 1) * area));
    }
  };
  let sumX = 0;
  let sumD = 0;
  let sumXX = 0;
  let sumXD = 0;
  eachPlane((values, changes) => {
    for (let i = 0; i < area; i++) {
      const x = values[i]!;
      const d = changes[i]!;
      sumX += x;
      sumD += d;
      sumXX += x * x;
      sumXD += x * d;
    }
  });
  const n = 3 * area;
  const variance = sumXX - (sumX * sumX) / n;
  const gain = variance > 1e-9 ? (sumXD - (sumX * sumD) / n) / variance : 0;
  const offset = (sumD - gain * sumX) / n;
  eachPlane((values, changes) => {
    for (let i = 0; i < area; i++) changes[i]! -= gain * values[i]! + offset;
  });
}
