// The gradient of a 3x3 convolution by its weight, which ONNX Runtime has no operator for, written in three ways, and
// PyTorch's; and the convolution itself, as a mark. Shapes are those of the editor of models/mini, which trainings spend most on.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import { initializersAsInputs } from 'onnx-grad/optim';
import { Random } from 'photoguard/random';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { startChild } from '../tests/support/child.ts';
import { alternate } from './support/alternate.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { benchPython } from './support/python.ts';

/** For the list of benches. */
export const about = 'ways to write the gradient of a convolution by its weight, beside PyTorch (a minute)';

const here = fileURLToPath(new URL('weight-gradient/', import.meta.url));
const ROUNDS = 15;
/** Batch, channels in and out, side. */
const SHAPES = [
  [32, 128, 128, 16],
  [32, 192, 192, 8],
] as const;

type Inputs = readonly [x: Value, cotangent: Value];
type Write = (g: GraphBuilder, inputs: Inputs) => Value;

/** Runs the bench. */
export async function bench(context: BenchContext): Promise<BenchRow[]> {
  const python = await benchPython(context);
  const peer = startChild(python, [join(here, 'peer.py')]);
  const runtime = await openRuntime({ device: 'cpu' });
  const rows: BenchRow[] = [];
  try {
    for (const [n, c, o, side] of SHAPES) {
      const shape = [n, c, o, side] as const;
      const { release, contestants } = await open(runtime, shape);
      const times = await alternate(
        { ...contestants, pytorch: async () => ((await peer.ask({ n, c, o, side })) as { seconds: number }).seconds },
        ROUNDS,
      );
      await release();
      for (const [name, { best }] of Object.entries(times))
        if (name !== 'pytorch')
          rows.push(
            row(`[${n}, ${c}, ${side}, ${side}] to ${o}: ${name}, ms`, 1e3 * best, { peer: 1e3 * times.pytorch!.best }),
          );
    }
  } finally {
    await runtime.close();
    await peer.end();
  }
  return rows;
}

async function open(runtime: Runtime, [n, c, o, side]: readonly [number, number, number, number]) {
  const sources = { x: [n, c, side, side], cotangent: [n, o, side, side] };
  const write = (make: Write): Graph => {
    const g = new GraphBuilder('weight');
    const [x, cotangent] = Object.entries(sources).map(([name, shape]) => g.input(name, 'float32', shape)) as [
      Value,
      Value,
    ];
    g.output('gradient', make(g, [x, cotangent]));
    return g.build();
  };
  const graphs: Record<string, Graph> = {
    'the rule, nine products of one view each': ownRule([n, c, o, side]),
    'three products of three views': write(products(3)),
    'one product of all views': write(products(9)),
    'a convolution with swapped roles': write(swappedRoles),
    'the convolution itself': forward([n, c, o, side]),
  };
  const draw = (shape: readonly number[], seed: number): Float32Array =>
    new Random(seed).normal(shape.reduce((size, length) => size * length, 1));
  const feeds = {
    x: draw(sources.x, 1),
    cotangent: draw(sources.cotangent, 2),
    weight: draw([o, c, 3, 3], 3),
  };
  const loaded = await Promise.all(
    Object.entries(graphs).map(async ([name, graph]) => ({ name, graph, program: await runtime.load(graph) })),
  );
  const results: Float32Array[] = [];
  const contestants = Object.fromEntries(
    loaded.map(({ name, graph, program }, k) => [
      name,
      async () => {
        const given = Object.fromEntries(
          graph.inputs.map((input) => [input.name, feeds[input.name as keyof typeof feeds]]),
        );
        const began = performance.now();
        const found = await program.run(given);
        const seconds = (performance.now() - began) / 1000;
        if ('gradient' in found) requireEqual(name, (results[k] = found.gradient as Float32Array), results[0]!);
        return seconds;
      },
    ]),
  );
  return { contestants, release: () => Promise.all(loaded.map(({ program }) => program.release())) };
}

// The rule of the operator: what `grad` writes for a loss of which the cotangent is the gradient by the output.
function ownRule([n, c, o, side]: readonly [number, number, number, number]): Graph {
  const g = new GraphBuilder('rule');
  const x = g.input('x', 'float32', [n, c, side, side]);
  const cotangent = g.input('cotangent', 'float32', [n, o, side, side]);
  const weight = g.initializer('weight', { dtype: 'float32', shape: [o, c, 3, 3], data: new Float32Array(o * c * 9) });
  const y = g.op('Conv', [x, weight], { pads: [1, 1, 1, 1] });
  g.output('loss', g.sum(g.mul(y, cotangent), [0, 1, 2, 3], false));
  const gradient = grad(g.build(), { loss: 'loss', wrt: ['weight'] });
  const name = gradient.gradients.get('weight')!;
  const output = gradient.outputs.find((one) => one.name === name)!;
  const nodes = neededFor(output.value, gradient.nodes); // not the forward pass
  return initializersAsInputs({ ...gradient, nodes, outputs: [{ name: 'gradient', value: output.value }] }, ['weight']);
}

function neededFor(value: Value, nodes: Graph['nodes']): Graph['nodes'] {
  const wanted = new Set<Value | undefined>([value]);
  const kept = nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((output) => wanted.has(output));
    if (isNeeded) for (const input of node.inputs) wanted.add(input);
    return isNeeded;
  });
  return kept.toReversed();
}

function forward([n, c, o, side]: readonly [number, number, number, number]): Graph {
  const g = new GraphBuilder('forward');
  const x = g.input('x', 'float32', [n, c, side, side]);
  g.output('y', g.op('Conv', [x, g.input('weight', 'float32', [o, c, 3, 3])], { pads: [1, 1, 1, 1] }));
  return g.build();
}

// So many of the nine shifted views side by side, and a product of each such block.
const products =
  (views: number): Write =>
  (g, [x, cotangent]) => {
    const [n, c, side] = x.shape as [number, number, number];
    const o = cotangent.shape[1]!;
    const count = n * side * side;
    const seen = g.transpose(g.pad(x, [0, 0, 1, 1], [0, 0, 1, 1]), [1, 2, 3, 0]);
    const left = g.reshape(g.transpose(cotangent, [1, 2, 3, 0]), [o, count]);
    const blocks = Array.from({ length: 9 / views }, (_, k) => {
      const block = TAPS.slice(k * views, (k + 1) * views).map(([i, j]) =>
        g.reshape(g.slice(seen, [1, 2], [i, j], [i + side, j + side]), [c, count]),
      );
      const product = g.op('MatMul', [left, g.transpose(g.concat(block, 0), [1, 0])]);
      return g.reshape(product, [o, views, c]);
    });
    return g.transpose(g.reshape(g.concat(blocks, 1), [o, 3, 3, c]), [0, 3, 1, 2]);
  };

// The channels of the input are the batch, the batch its channels, and the cotangent is the kernel.
function swappedRoles(g: GraphBuilder, [x, cotangent]: Inputs): Value {
  const swapped = (value: Value): Value => g.transpose(value, [1, 0, 2, 3]);
  const found = g.op('Conv', [swapped(x), swapped(cotangent)], { pads: [1, 1, 1, 1] });
  return swapped(found);
}

const TAPS = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j] as const));

function requireEqual(name: string, found: Float32Array, expected: Float32Array): void {
  let [error, size] = [0, 0];
  for (const [i, value] of expected.entries()) {
    error += (found[i]! - value) ** 2;
    size += value ** 2;
  }
  if (!(error < 1e-8 * size)) throw new Error(`${name} differs by ${Math.sqrt(error / size)}`);
}
