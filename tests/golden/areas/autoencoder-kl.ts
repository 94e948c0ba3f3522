// AutoencoderKL: posterior, decoder, and the gradients of the encoder attack's losses.
import type { Graph, Value } from 'onnx-grad';
import { GraphBuilder, grad, vjp } from 'onnx-grad';
import { loadAutoencoder } from 'photoguard/models/node';
import type { Runtime, Tensors } from 'photoguard/runtime';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';

/** Runs a graph once with the case's tensors of its inputs' names (`x` is `input.x`). */
export async function runGraph(
  runtime: Runtime,
  golden: GoldenFile,
  graph: Graph,
  more: Tensors = {},
): Promise<Tensors> {
  const feeds: Tensors = { ...more };
  for (const { name } of graph.inputs) feeds[name] ??= readFloats(golden, `input.${name}`);
  const program = await runtime.load(graph);
  try {
    return await program.run(feeds);
  } finally {
    await program.release();
  }
}

const all = (value: Value): number[] => value.shape.map((_, i) => i);

/** Area `autoencoder-kl`. */
export const autoencoderKl: GoldenArea = {
  name: 'autoencoder-kl',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const { autoencoder } = await loadAutoencoder(folder);
    const ours = new Map<string, ArrayLike<number>>();
    const put = (name: string, data: unknown): void => void ours.set(name, data as Float32Array);

    const g = new GraphBuilder('encoder');
    const x = g.input('x', 'float32', readShape(golden, 'input.x'));
    const { mean, logvar } = autoencoder.encode(g, x);
    const std = g.op('Exp', [g.scale(logvar!, 0.5)]);
    const sample = g.add(mean, g.mul(std, g.input('noise', 'float32', mean.shape)));
    const difference = g.sub(mean, g.input('target', 'float32', mean.shape));
    g.output('mean', mean);
    g.output('logvar', logvar!);
    g.output('std', std);
    g.output('sample', sample);
    g.output('loss_mean_squared', g.reduce('ReduceSumSquare', mean, all(mean), false));
    g.output('loss_target_norm', g.reduce('ReduceL2', difference, all(mean), false));
    g.output('loss_sample_squared', g.reduce('ReduceSumSquare', sample, all(mean), false));
    const encoder = g.build();
    const encoded = await runGraph(runtime, golden, encoder);
    for (const name of [
      'mean',
      'logvar',
      'std',
      'sample',
      'loss_mean_squared',
      'loss_target_norm',
      'loss_sample_squared',
    ])
      if (golden.tensors.has(`output.${name}`)) put(`output.${name}`, encoded[name]);
    for (const loss of ['mean_squared', 'target_norm', 'sample_squared']) {
      if (!golden.tensors.has(`grad.x_of_${loss}`)) continue;
      const gradient = await runGraph(runtime, golden, grad(encoder, { loss: `loss_${loss}`, wrt: ['x'] }));
      put(`grad.x_of_${loss}`, gradient['grad.x']);
    }

    const d = new GraphBuilder('decoder');
    d.output('decoded', autoencoder.decode(d, d.input('z', 'float32', readShape(golden, 'input.z'))));
    const pull = vjp(d.build(), { outputs: ['decoded'], wrt: ['z'], keep: ['decoded'] });
    const cotangent = readFloats(golden, 'input.cotangent');
    const decoded = await runGraph(runtime, golden, pull, { 'cotangent.decoded': cotangent });
    put('output.decoded', decoded.decoded);
    put('grad.z', decoded['grad.z']);

    if (golden.tensors.has('output.reconstruction')) {
      const r = new GraphBuilder('reconstruction');
      const image = r.input('x', 'float32', readShape(golden, 'input.x'));
      r.output('reconstruction', autoencoder.decode(r, autoencoder.encode(r, image).mean));
      const back = vjp(r.build(), { outputs: ['reconstruction'], wrt: ['x'], keep: ['reconstruction'] });
      const both = await runGraph(runtime, golden, back, { 'cotangent.reconstruction': cotangent });
      put('output.reconstruction', both.reconstruction);
      put('grad.x_of_reconstruction', both['grad.x']);
    }
    return compareTensors(golden, ours);
  },
};
