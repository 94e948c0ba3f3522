// Applies passes to an image, and takes a gradient back through them. Matrices and offsets are applied here; graphs are
// run as programs, two for each name and size.
import { type Graph, GraphBuilder, planMemory, vjp } from 'onnx-grad';
import { applySeparable, type Image01, type Size, transposeBand } from '../image/index.ts';
import type { Lease, Runtime, Tensors } from '../runtime/index.ts';
import type { GraphPass, Pass } from './pass.ts';
import type { Transform } from './transform.ts';

/** An image seen through passes. */
export interface Seen {
  readonly image: Image01;
  /** Turns a gradient by the image seen into one by the original image, in the same layout. */
  pull(cotangent: Float32Array, signal?: AbortSignal): Promise<Float32Array>;
}

/** See the head of this file. */
export class SeeThrough {
  readonly #programs: Lease;
  readonly #graphs = new Map<string, { readonly forward: Graph; readonly backward: Graph }>();

  /** @param limit bytes of programs that may stay loaded. Default: no limit */
  constructor(runtime: Pick<Runtime, 'programs'>, limit?: number) {
    this.#programs = runtime.programs.lease(limit === undefined ? {} : { limit });
  }

  /** Applies passes to an image, in order. @throws PhotoGuardError like Program.run */
  async see(image: Image01, passes: readonly Pass[], signal?: AbortSignal): Promise<Seen> {
    const steps: Seen[] = [];
    let seen = image;
    for (const pass of passes) {
      const step = await this.#step(seen, pass, signal);
      steps.push(step);
      seen = step.image;
    }
    return {
      image: seen,
      async pull(cotangent, pullSignal) {
        let pulled = cotangent;
        for (const step of steps.toReversed()) pulled = await step.pull(pulled, pullSignal);
        return pulled;
      },
    };
  }

  /** Frees the programs. */
  release(): Promise<void> {
    return this.#programs.release();
  }

  async #step(image: Image01, pass: Pass, signal?: AbortSignal): Promise<Seen> {
    if (pass.kind === 'graph') return this.#graphStep(image, pass, signal);
    if (pass.kind === 'affine') {
      const { gain, offset } = pass;
      const offsetAt = typeof offset === 'number' ? () => offset : (i: number) => offset[i]!;
      const data = image.data.map((x, i) => gain * x + offsetAt(i));
      return { image: { ...image, data }, pull: async (cotangent) => cotangent.map((c) => gain * c) };
    }
    const { along, down } = pass;
    const size: Size = { width: along.rows, height: down.rows };
    return {
      image: { ...size, channels: 3, data: applySeparable(image.data, image, 3, along, down) },
      pull: async (cotangent) => applySeparable(cotangent, size, 3, transposeBand(along), transposeBand(down)),
    };
  }

  async #graphStep(image: Image01, pass: GraphPass, signal?: AbortSignal): Promise<Seen> {
    const feeds: Tensors = { ...pass.feeds, image: image.data };
    const { forward, backward } = this.#buildGraphs(pass, image);
    const { seen } = await this.#programs.run(forward, feeds, { signal });
    return {
      image: { ...image, data: seen as Float32Array },
      pull: async (cotangent, pullSignal) => {
        const given = { ...feeds, 'cotangent.seen': cotangent };
        const pulled = await this.#programs.run(backward, given, { signal: pullSignal });
        return pulled['grad.image'] as Float32Array;
      },
    };
  }

  #buildGraphs(pass: GraphPass, { width, height }: Size): { readonly forward: Graph; readonly backward: Graph } {
    const key = `${pass.name} ${width}x${height}`;
    const known = this.#graphs.get(key);
    if (known) return known;
    const made = buildBoth(pass, { width, height });
    this.#graphs.set(key, made);
    return made;
  }
}

/** Memory of {@link SeeThrough}, in bytes. */
export interface SeeingPlan {
  /** All programs together. */
  readonly programs: number;
  /** The programs of the largest pass. */
  readonly largest: number;
  /** Images and gradients between passes. */
  readonly images: number;
}

/** The memory that it takes to see an image of a size through any of some transforms, and to take a gradient back. */
export function planSeeing(transforms: readonly Transform[], size: Size): SeeingPlan {
  const programs = new Map<string, number>();
  let images = 0;
  for (const transform of transforms) {
    let seen = size;
    let pixels = 0;
    for (const pass of transform.passes!(size, 0)) {
      if (pass.kind === 'separable') seen = { width: pass.along.rows, height: pass.down.rows };
      if (pass.kind === 'graph') {
        const key = `${pass.name} ${seen.width}x${seen.height}`;
        if (!programs.has(key)) {
          const { forward, backward } = buildBoth(pass, seen);
          programs.set(key, planMemory(forward).bytes + planMemory(backward).bytes);
        }
      }
      pixels += seen.width * seen.height;
    }
    images = Math.max(images, SEEN_BYTES * pixels);
  }
  const all = [...programs.values()];
  return { programs: all.reduce((a, b) => a + b, 0), largest: Math.max(0, ...all), images };
}

/** Bytes per pixel of each pass: what an image and the clean one become (12 each), and the gradient on its way back (12). */
const SEEN_BYTES = 36;

function buildBoth(pass: GraphPass, size: Size): { readonly forward: Graph; readonly backward: Graph } {
  const forward = buildGraph(pass, size);
  return { forward, backward: vjp(forward, { outputs: ['seen'], wrt: ['image'] }) };
}

/** The graph of a pass: inputs `image` [1, 3, H, W] and the names of its feeds, output `seen`. */
function buildGraph(pass: GraphPass, { width, height }: Size): Graph {
  const g = new GraphBuilder(pass.name);
  const image = g.input('image', 'float32', [1, 3, height, width]);
  g.output(
    'seen',
    pass.write(g, image, (name, shape) => g.input(name, 'float32', shape)),
  );
  return g.build();
}
