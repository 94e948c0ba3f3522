// The autoencoders of FLUX.2, Wan, Qwen-Image and SANA on one image: posterior, what the pipelines make of it, decoder, and
// the gradients of the encoder attack's losses. References of video autoencoders have a frame axis of one, which changes no
// number's place.
import { GraphBuilder, grad, type Value, vjp } from 'onnx-grad';
import { type Autoencoder, AutoencoderKLWan } from 'photoguard/models';
import { loadAutoencoder } from 'photoguard/models/node';
import type { Runtime, Tensors } from 'photoguard/runtime';
import { type GoldenFile, relativeError } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

type Ours = Map<string, ArrayLike<number>>;

/** Area `autoencoders-modern`. */
export const autoencodersModern: GoldenArea = {
  name: 'autoencoders-modern',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const { autoencoder } = await loadAutoencoder(folder);
    const ours: Ours = new Map();
    await encode(golden, runtime, autoencoder, ours);
    if (golden.tensors.has('input.z')) await decode(golden, runtime, autoencoder, ours);
    const checks = compareTensors(golden, ours);
    return isOpaque(golden) ? [...checks, await opaqueGradient(golden, runtime, autoencoder)] : checks;
  },
};

const all = (value: Value): number[] => value.shape.map((_, i) => i);

// The image at the size of the case, 4-d; latents without their frame axis.
const flat = (shape: readonly number[]): readonly number[] =>
  shape.length === 5 ? [...shape.slice(0, 2), ...shape.slice(3)] : shape;

async function encode(golden: GoldenFile, runtime: Runtime, autoencoder: Autoencoder, ours: Ours): Promise<void> {
  const g = new GraphBuilder('encoder');
  const { mean, logvar } = autoencoder.encode(g, g.input('x', 'float32', readShape(golden, 'input.x')));
  const target = g.input('target', 'float32', flat(readShape(golden, 'input.target')));
  g.output('mean', mean);
  if (logvar) g.output('logvar', logvar);
  g.output('loss_target_norm', g.reduce('ReduceL2', g.sub(mean, target), all(mean), false));
  const { latentFormat, scalingFactor, shiftFactor } = autoencoder;
  if (golden.tensors.has('output.latents')) {
    const latents = latentFormat?.normalize(g, mean) ?? g.scale(g.shift(mean, -shiftFactor), scalingFactor);
    g.output('latents', latents);
    if (latentFormat?.pack && golden.tensors.has('output.packed')) g.output('packed', latentFormat.pack(g, latents));
  }
  const graph = g.build();
  put(ours, golden, 'output', await runGraph(runtime, golden, graph));
  const pull = vjp(graph, { outputs: ['mean'], wrt: ['x'] });
  const cotangent = { 'cotangent.mean': readFloats(golden, 'input.cotangent_mean') };
  ours.set('grad.x_of_mean', (await runGraph(runtime, golden, pull, cotangent))['grad.x'] as Float32Array);
  const ofLoss = await runGraph(runtime, golden, grad(graph, { loss: 'loss_target_norm', wrt: ['x'] }));
  ours.set('grad.x_of_target_norm', ofLoss['grad.x'] as Float32Array);
}

async function decode(golden: GoldenFile, runtime: Runtime, autoencoder: Autoencoder, ours: Ours): Promise<void> {
  const g = new GraphBuilder('decoder');
  const z = g.input('z', 'float32', flat(readShape(golden, 'input.z')));
  const { latentFormat, scalingFactor, shiftFactor } = autoencoder;
  const raw = latentFormat?.denormalize(g, z) ?? g.shift(g.scale(z, 1 / scalingFactor), shiftFactor);
  g.output('z_raw', raw);
  if (autoencoder instanceof AutoencoderKLWan) {
    // With alpha, which decode() leaves out.
    const unclamped = autoencoder.decodeUnclamped(g, raw);
    g.output('decoded_unclamped', unclamped);
    const image = unclamped.shape[1] === 3 ? autoencoder.decode(g, raw) : clamped(g, unclamped);
    g.output('decoded', image);
  } else {
    g.output('decoded', autoencoder.decode(g, raw));
  }
  const graph = g.build();
  put(ours, golden, 'output', await runGraph(runtime, golden, graph));
  const pull = vjp(graph, { outputs: ['decoded'], wrt: ['z'] });
  const cotangent = { 'cotangent.decoded': readFloats(golden, 'input.cotangent') };
  ours.set('grad.z', (await runGraph(runtime, golden, pull, cotangent))['grad.z'] as Float32Array);
}

const clamped = (g: GraphBuilder, image: Value): Value => g.op('Clip', [image, g.scalar(-1), g.scalar(1)]);

function put(ours: Ours, golden: GoldenFile, prefix: string, values: Tensors): void {
  for (const [name, data] of Object.entries(values))
    if (golden.tensors.has(`${prefix}.${name}`)) ours.set(`${prefix}.${name}`, data as Float32Array);
}

/** Whether the case's image has an alpha channel, of ones. */
function isOpaque(golden: GoldenFile): boolean {
  const [, channels, h, w] = readShape(golden, 'input.x') as [number, number, number, number];
  return (
    channels === 4 &&
    readFloats(golden, 'input.x')
      .subarray(3 * h * w)
      .every((alpha) => alpha === 1)
  );
}

// A photo without alpha gives the first three channels of the gradient.
async function opaqueGradient(golden: GoldenFile, runtime: Runtime, autoencoder: Autoencoder): Promise<Check> {
  const [n, , h, w] = readShape(golden, 'input.x') as [number, number, number, number];
  const colours = 3 * h * w;
  const g = new GraphBuilder('opaque');
  g.output('mean', autoencoder.encode(g, g.input('photo', 'float32', [n, 3, h, w])).mean);
  const gradient = await runGraph(runtime, golden, vjp(g.build(), { outputs: ['mean'], wrt: ['photo'] }), {
    photo: readFloats(golden, 'input.x').slice(0, colours),
    'cotangent.mean': readFloats(golden, 'input.cotangent_mean'),
  });
  const name = 'grad.x_of_mean';
  const error = relativeError(gradient['grad.photo'] as Float32Array, readFloats(golden, name).subarray(0, colours));
  return { name: `${name} without alpha`, error, tolerance: golden.json.tensors[name]!.tolerance!.relative_l2 };
}
