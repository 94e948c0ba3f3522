// CLIP's text encoders: every hidden state, the pooled one and its projection. The
// tokenizer: ids of every string, all of them equal. Both towers with their cosine and its gradient by the pixels; the
// preprocessing of a photo.
import { GraphBuilder, grad } from 'onnx-grad';
import { clipPixels, pillowResize, shortestEdge } from 'photoguard/image';
import { CLIPTextModel, pooledPosition } from 'photoguard/models';
import { loadCLIP, loadTextEncoder, loadTokenizer } from 'photoguard/models/node';
import type { Runtime } from 'photoguard/runtime';
import type { GoldenFile } from '../../support/golden-files.ts';
import type { Check, GoldenArea } from '../area.ts';
import { compareTensors, readShape } from '../compare.ts';
import { runGraph } from './autoencoder-kl.ts';

/** Area `clip`. */
export const clip: GoldenArea = {
  name: 'clip',
  async run(golden, { runtime, checkpoint }) {
    const isTokenizer = golden.tensors.has('output.input_ids');
    if (golden.tensors.has('input.pixels')) return preprocessChecks(golden);
    const folder = checkpoint(String(golden.json.checkpoint));
    if (!folder) return { skipped: `${golden.json.checkpoint} is absent` };
    if (isTokenizer) return tokenizerChecks(golden, folder);
    if (golden.tensors.has('input.pixel_values')) return bothTowers(golden, folder, runtime);
    const { textEncoder } = await loadTextEncoder(folder);
    if (!(textEncoder instanceof CLIPTextModel)) throw new Error(`${folder} holds a ${textEncoder.architecture}`);
    const [n, tokens] = readShape(golden, 'input.input_ids') as [number, number];
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

async function bothTowers(golden: GoldenFile, folder: string, runtime: Runtime): Promise<Check[]> {
  const { clip: model, checkpoint } = await loadCLIP(folder);
  const g = new GraphBuilder('clip');
  const pixels = readShape(golden, 'input.pixel_values');
  const [texts, tokens] = readShape(golden, 'input.input_ids') as [number, number];
  const { last, pooled } = model.vision.encode(g, g.input('pixel_values', 'float32', pixels));
  const imageFeatures = model.imageFeatures(g, pooled);
  const states = model.text.encode(g, g.input('ids', 'int64', [texts, tokens]));
  const oneHot = g.input('one_hot', 'float32', [texts, tokens]);
  const textFeatures = model.textFeatures(g, model.text.pool(g, states.last, oneHot));
  const cosine = model.cosine(g, imageFeatures, textFeatures);
  const scale = g.op('Exp', [g.initializer('logit_scale', checkpoint.get('logit_scale')!)]);
  // Pairs of an image and a text of the same number.
  const pairs = Math.min(pixels[0]!, texts);
  const diagonal = Float32Array.from({ length: pixels[0]! * texts }, (_, i) =>
    i % texts === Math.floor(i / texts) && i % texts < pairs ? 1 : 0,
  );
  const chosen = g.constant({ dtype: 'float32', shape: cosine.shape, data: diagonal });
  g.output('loss', g.sum(g.mul(cosine, chosen), [0, 1], false));
  const outputs = { last, imageFeatures, textFeatures, cosine, scale, logits: g.mul(cosine, scale) };
  for (const [name, value] of Object.entries(outputs)) g.output(name, value);
  const gradient = grad(g.build(), { loss: 'loss', wrt: ['pixel_values'], keep: Object.keys(outputs) });
  const ids = Array.from(golden.tensors.get('input.input_ids')!.data);
  const hot = new Float32Array(texts * tokens);
  for (let i = 0; i < texts; i++)
    hot[i * tokens + pooledPosition(ids.slice(i * tokens, (i + 1) * tokens), model.config.text)] = 1;
  const feeds = { ids: BigInt64Array.from(ids, BigInt), one_hot: hot };
  const results = await runGraph(runtime, golden, gradient, feeds);
  const named = (name: string): Float32Array => results[name] as Float32Array;
  return compareTensors(
    golden,
    new Map([
      ['output.image_last_hidden_state', named('last')],
      ['output.image_features', named('imageFeatures')],
      ['output.text_features', named('textFeatures')],
      ['output.cosine', named('cosine')],
      ['output.logits_per_image', named('logits')],
      ['output.logit_scale', named('scale')],
      ['output.loss', named('loss')],
      ['grad.pixel_values', named('grad.pixel_values')],
    ]),
  );
}

function preprocessChecks(golden: GoldenFile): Check[] {
  const [height, width] = readShape(golden, 'input.pixels') as [number, number];
  const pixels = { width, height, channels: 3 as const, data: golden.tensors.get('input.pixels')!.data as Uint8Array };
  const side = Number(golden.json.config.shortest_edge);
  const size = shortestEdge(pixels, side);
  const resized = pillowResize(pixels.data, pixels, 3, size, 'bicubic');
  const pillow = golden.tensors.get('output.resized_pillow')!.data;
  const wrong = resized.filter((byte, i) => byte !== pillow[i]).length;
  // The processor's own resize may differ from Pillow's by one grey level.
  const reference = golden.tensors.get('output.pixel_values')!.data;
  const level = 1 / 255 / 0.26;
  const off = Math.max(...clipPixels(pixels, side).map((value, i) => Math.abs(value - reference[i]!)));
  return [
    { name: 'bytes that differ from Pillow', error: wrong, tolerance: 0 },
    { name: 'largest difference to the processor', error: off, tolerance: 1.01 * level },
  ];
}
