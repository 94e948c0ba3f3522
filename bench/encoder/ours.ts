// The contestant of bench/encoder.ts: a gradient of the encoder attack for each line on standard input.
import { createInterface } from 'node:readline';
import { GraphBuilder, grad, graphFlops, leastMemory, planMemory } from 'onnx-grad';
import { encoderLossGraph } from 'photoguard/attacks';
import { loadAutoencoder } from 'photoguard/models/node';
import { PROCESS_BYTES } from 'photoguard/runtime';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';

const [folder, side, planName] = process.argv.slice(2) as [string, string, string];
const size = { width: Number(side), height: Number(side) };
const { autoencoder } = await loadAutoencoder(folder);
const gradient = grad(encoderLossGraph(autoencoder, size), { loss: 'loss', wrt: ['image'] });
const plan = planName === 'least' ? leastMemory(gradient) : planMemory(gradient);
const runtime = await openRuntime({ device: 'cpu' });
const program = await runtime.load(plan.graph);
const latent = plan.graph.inputs.find(({ name }) => name === 'target')!.shape.reduce((a, b) => a * b, 1);
const image = Float32Array.from({ length: 3 * size.width * size.height }, (_, i) => 0.5 + 0.4 * Math.sin(i * 0.37));

// The speed of a large 3x3 convolution, the kind that the autoencoder consists of.
async function convolutionRate(on: Runtime): Promise<number> {
  const g = new GraphBuilder('convolution');
  let x = g.input('x', 'float32', [1, 256, 128, 128]);
  for (let i = 0; i < 4; i++) {
    const data = Float32Array.from({ length: 256 * 256 * 9 }, (_, k) => Math.sin(k + i) / 48);
    const weight = g.initializer(`w${i}`, { dtype: 'float32', shape: [256, 256, 3, 3], data });
    x = g.op('Conv', [x, weight], {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
      strides: [1, 1],
      dilations: [1, 1],
      group: 1,
    });
  }
  g.output('y', g.mean(x, [0, 1, 2, 3]));
  const graph = g.build();
  const alone = await on.load(graph);
  const feeds = { x: new Float32Array(256 * 128 * 128).fill(0.5) };
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 6; i++) {
    const began = performance.now();
    await alone.run(feeds);
    best = Math.min(best, (performance.now() - began) / 1000);
  }
  await alone.release();
  return graphFlops(graph) / best;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { describe?: boolean; rate?: boolean };
  if (request.describe) {
    console.log(JSON.stringify({ plannedBytes: plan.bytes + PROCESS_BYTES, flops: graphFlops(plan.graph) }));
  } else if (request.rate) {
    await program.release();
    console.log(JSON.stringify({ rate: await convolutionRate(runtime) }));
  } else {
    const began = performance.now();
    await program.run({ image, target: new Float32Array(latent) });
    console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));
  }
}
await runtime.close();
