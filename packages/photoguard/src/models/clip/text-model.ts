// CLIP's text encoder (transformers' CLIPTextModel and CLIPTextModelWithProjection), written into graphs. Padding takes
// part in attention, as in diffusers: the only mask is the causal one. Weights may be named with the prefix
// `text_model.` (checkpoints on the hub) or without (transformers 5).
import type { GraphBuilder, Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { layerNorm, linear } from '../linear.ts';
import type { TextEncoder, TextStates } from '../text-encoder.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { CLIPTextConfig } from './config.ts';
import { encoderLayer } from './encoder-layer.ts';

/** A number below all scores, for masked positions. */
const HIDDEN = -1e9;

/** CLIP's text encoder. SD1 and SD2 use its last states, SDXL the second-to-last hidden states. */
export class CLIPTextModel implements TextEncoder {
  readonly architecture = 'CLIPTextModel';
  readonly config: CLIPTextConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: CLIPTextConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  get width(): number {
    return this.config.hiddenSize;
  }

  get layers(): number {
    return this.config.layers;
  }

  get maxTokens(): number {
    return this.config.maxTokens;
  }

  get vocabSize(): number {
    return this.config.vocabSize;
  }

  get embeddingWidth(): number | undefined {
    return this.config.projectionDim;
  }

  wholePosition(ids: ArrayLike<number>): number {
    return pooledPosition(ids, this.config);
  }

  embedWhole(g: GraphBuilder, last: Value, oneHot: Value): Value {
    return this.project(g, this.pool(g, last, oneHot));
  }

  /** Writes the encoder of token ids [N, maxTokens], int64. @throws PhotoGuardError for missing or misshapen weights */
  encode(g: GraphBuilder, tokenIds: Value): TextStates {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { vocabSize, hiddenSize, maxTokens, layers } = this.config;
    const embedding = (name: string, rows: number): Value =>
      context.weights.get(`${this.#prefix(context)}embeddings.${name}.weight`, [rows, hiddenSize]);
    const tokens = g.op('Gather', [embedding('token_embedding', vocabSize), tokenIds], { axis: 0 });
    const hidden = [g.add(tokens, embedding('position_embedding', maxTokens))];
    const mask = causalMask(g, maxTokens);
    for (let i = 0; i < layers; i++)
      hidden.push(
        encoderLayer(context, `${this.#prefix(context)}encoder.layers.${i}`, hidden.at(-1)!, this.config, mask),
      );
    return { last: this.norm(g, hidden.at(-1)!), hidden };
  }

  /** Writes the final norm of a hidden state: what clip_skip applies to an earlier one. */
  norm(g: GraphBuilder, state: Value): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    return layerNorm(context, `${this.#prefix(context)}final_layer_norm`, state, this.config.layerNormEps);
  }

  /**
   * Writes the state of one token per text, [N, hiddenSize]; `oneHot` [N, tokens] is 1 at its {@link pooledPosition}.
   */
  pool(g: GraphBuilder, last: Value, oneHot: Value): Value {
    const [n, tokens, width] = last.shape as [number, number, number];
    return g.reshape(g.op('MatMul', [g.reshape(oneHot, [n, 1, tokens]), last]), [n, width]);
  }

  /** Writes the projected text embedding of a pooled state. @throws PhotoGuardError where the model has no projection */
  project(g: GraphBuilder, pooled: Value): Value {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    return linear(context, 'text_projection', pooled, this.config.projectionDim ?? this.config.hiddenSize, false);
  }

  #prefix({ weights }: LayerContext): string {
    return weights.has('text_model.final_layer_norm.weight') ? 'text_model.' : '';
  }
}

/** The position whose state stands for the text. An eos_token_id of 2 means the largest token id, others the first match. */
export function pooledPosition(ids: ArrayLike<number>, { eosTokenId }: Pick<CLIPTextConfig, 'eosTokenId'>): number {
  const all = Array.from(ids);
  return Math.max(0, eosTokenId === 2 ? all.indexOf(Math.max(...all)) : all.indexOf(eosTokenId));
}

function causalMask(g: GraphBuilder, tokens: number): Value {
  const data = Float32Array.from({ length: tokens * tokens }, (_, i) =>
    i % tokens > Math.floor(i / tokens) ? HIDDEN : 0,
  );
  return g.constant({ dtype: 'float32', shape: [tokens, tokens], data });
}
