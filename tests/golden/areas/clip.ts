// CLIP's text encoders: every hidden state, the pooled one and its projection. Tokenizer and image tower have no runner.
import { GraphBuilder } from 'onnx-grad';
import { loadTextEncoder, pooledPosition } from 'photoguard/models';
import type { GoldenArea } from '../area.ts';
import { compareTensors, shapeOf } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

/** Area `clip`. */
export const clip: GoldenArea = {
  name: 'clip',
  async run(golden, { runtime, checkpoint }) {
    if (!golden.tensors.has('output.last_hidden_state')) return { skipped: 'only text encoders are built so far' };
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    const { textEncoder } = await loadTextEncoder(folder);
    const [n, tokens] = shapeOf(golden, 'input.input_ids') as [number, number];
    const ids = Array.from(golden.tensors.get('input.input_ids')!.data);
    const oneHot = new Float32Array(n * tokens);
    for (let i = 0; i < n; i++)
      oneHot[i * tokens + pooledPosition(ids.slice(i * tokens, (i + 1) * tokens), textEncoder.config)] = 1;

    const g = new GraphBuilder('clip');
    const { last, hidden } = textEncoder.encode(g, g.input('ids', 'int64', [n, tokens]));
    const pooled = textEncoder.pool(g, last, g.input('one_hot', 'float32', [n, tokens]));
    const states = new Map([
      ['last_hidden_state', last],
      ['penultimate', hidden.at(-2)!],
      ['penultimate_normed', textEncoder.norm(g, hidden.at(-2)!)],
      ['pooled', pooled],
      ...hidden.map((state, i) => [`hidden_${i}`, state] as const),
    ]);
    if (golden.tensors.has('output.text_embeds')) states.set('text_embeds', textEncoder.project(g, pooled));
    for (const [name, state] of states) g.output(name, g.op('Identity', [state]));
    const feeds = { ids: BigInt64Array.from(ids, BigInt), one_hot: oneHot };
    const ours = await runGraph(runtime, golden, g.build(), feeds);
    return compareTensors(
      golden,
      new Map([...states.keys()].map((name) => [`output.${name}`, ours[name] as Float32Array])),
    );
  },
};
