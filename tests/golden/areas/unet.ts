// UNet2DConditionModel: its prediction, and the gradients with respect to the latent and the text.
import { GraphBuilder, vjp } from 'onnx-grad';
import { timeProjection, UNet2DConditionModel } from 'photoguard/models';
import { loadUNet } from 'photoguard/models/node';
import type { Tensors } from 'photoguard/runtime';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { GoldenArea } from '../area.ts';
import { compareTensors, readFloats, readShape } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

const joined = (rows: readonly Float32Array[]): Float32Array => Float32Array.from(rows.flatMap((row) => [...row]));

/** Area `unet`. */
export const unet: GoldenArea = {
  name: 'unet',
  async run(golden, { runtime, checkpoint }) {
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const { unet: model } = await loadUNet(folder);
    if (!(model instanceof UNet2DConditionModel)) throw new Error(`${folder} holds a ${model.architecture}`);
    const { config } = model;
    const project = (numbers: Float32Array, width: number): Float32Array =>
      joined([...numbers].map((t) => timeProjection(t, width, config)));

    const g = new GraphBuilder('unet');
    const input = (name: string, shape: readonly number[]) => g.input(name, 'float32', shape);
    const timesteps = readFloats(golden, 'input.timesteps');
    const time = input('time', [timesteps.length, config.blockOutChannels[0]!]);
    const feeds: Tensors = { time: project(timesteps, config.blockOutChannels[0]!) };
    const wrt = ['sample', 'encoder_hidden_states'];
    const result = model.predict(g, {
      sample: input('sample', readShape(golden, 'input.sample')),
      time,
      textStates: input('encoder_hidden_states', readShape(golden, 'input.encoder_hidden_states')),
      ...(config.added && { added: readAdded(golden, config.added.timeEmbedDim) }),
    });
    function readAdded(of: GoldenFile, width: number) {
      const ids = project(readFloats(of, 'input.time_ids'), width);
      feeds.time_ids_projected = ids;
      wrt.push('text_embeds');
      const rows = readShape(of, 'input.time_ids')[0]!;
      return {
        textEmbeds: input('text_embeds', readShape(of, 'input.text_embeds')),
        timeIds: input('time_ids_projected', [rows, ids.length / rows]),
      };
    }
    g.output('result', result);
    g.output('time_emb', model.embedTime(g, time));
    const pull = vjp(g.build(), { outputs: ['result'], wrt, keep: ['result', 'time_emb'] });
    feeds['cotangent.result'] = readFloats(golden, 'input.cotangent');
    const ours = await runGraph(runtime, golden, pull, feeds);
    const compared = new Map<string, ArrayLike<number>>([
      ['output.sample', ours.result as Float32Array],
      ['output.time_proj', feeds.time as Float32Array],
      ['output.time_emb', ours.time_emb as Float32Array],
    ]);
    for (const name of wrt) compared.set(`grad.${name}`, ours[`grad.${name}`] as Float32Array);
    return compareTensors(golden, compared);
  },
};
