// Applies passes to an image, and takes a gradient back through them. Matrices and offsets are applied here; graphs are
// run as programs, two for each name and size.
import { type Graph, GraphBuilder, vjp } from 'onnx-grad';
import { applySeparable, type Image01, type Size, transposeBand } from '../image/index.ts';
import type { Lease, Runtime, Tensors } from '../runtime/index.ts';
import type { GraphPass, Pass } from './pass.ts';

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

  constructor(runtime: Pick<Runtime, 'programs'>) {
    this.#programs = runtime.programs.lease();
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
    const forward = buildGraph(pass, { width, height });
    const made = { forward, backward: vjp(forward, { outputs: ['seen'], wrt: ['image'] }) };
    this.#graphs.set(key, made);
    return made;
  }
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
