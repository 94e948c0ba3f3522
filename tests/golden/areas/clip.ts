// CLIP's text encoders: every hidden state, the pooled one and its projection. The
// tokenizer: ids of every string, all of them equal. The image tower and its preprocessing have no runner.
import { GraphBuilder } from 'onnx-grad';
import { loadTextEncoder, loadTokenizer, pooledPosition } from 'photoguard/models';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, shapeOf } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

/** Area `clip`. */
export const clip: GoldenArea = {
  name: 'clip',
  async run(golden, { runtime, checkpoint }) {
    const isTokenizer = golden.tensors.has('output.input_ids');
    if (!isTokenizer && !golden.tensors.has('output.last_hidden_state'))
      return { skipped: 'the image tower and its preprocessing are not built' };
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    if (isTokenizer) return tokenizerChecks(golden, folder);
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

async function tokenizerChecks(golden: GoldenFile, folder: string): Promise<Check[]> {
  const tokenizer = await loadTokenizer(folder);
  const strings = golden.json.config.strings as readonly { text: string; count_without_truncation: number }[];
  const { data } = golden.tensors.get('output.input_ids')!;
  const { maxTokens } = tokenizer;
  let wrongIds = 0;
  let wrongCounts = 0;
  strings.forEach(({ text, count_without_truncation: count }, i) => {
    const { ids, tokens, truncated } = tokenizer.encode(text);
    for (let at = 0; at < maxTokens; at++) if (ids[at] !== data[i * maxTokens + at]) wrongIds++;
    if (tokens !== count || truncated !== count > maxTokens) wrongCounts++;
  });
  if (data.length !== strings.length * maxTokens) wrongIds = data.length;
  return [
    { name: 'wrong ids', error: wrongIds, tolerance: 0 },
    { name: 'wrong counts', error: wrongCounts, tolerance: 0 },
  ];
}
