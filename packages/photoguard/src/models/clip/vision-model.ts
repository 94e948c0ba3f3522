// CLIP's image tower (transformers' CLIPVisionModel), written into graphs: patches to tokens, the transformer, and the
// state of the class token as the result.
import type { GraphBuilder, Value } from 'onnx-grad';
import type { LayerContext } from '../layers.ts';
import { layerNorm } from '../linear.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { CLIPVisionConfig } from './config.ts';
import { encoderLayer } from './encoder-layer.ts';

/** The tower's output for images. */
export interface CLIPVisionStates {
  /** [N, 1 + patches, hiddenSize], before the last norm. */
  readonly last: Value;
  /** The class token's state after the last norm, [N, hiddenSize]. */
  readonly pooled: Value;
}

/** The image tower. */
export class CLIPVisionModel {
  readonly architecture = 'CLIPVisionModel';
  readonly config: CLIPVisionConfig;
  readonly #weights: WeightsByGraph;

  constructor(config: CLIPVisionConfig, store: TensorStore) {
    this.config = config;
    this.#weights = new WeightsByGraph(store);
  }

  /**
   * Writes the tower for normalised pixels [N, 3, imageSize, imageSize]. @throws PhotoGuardError for missing weights
   */
  encode(g: GraphBuilder, pixels: Value): CLIPVisionStates {
    const context: LayerContext = { g, weights: this.#weights.in(g) };
    const { hiddenSize: width, patchSize, imageSize, layers, layerNormEps } = this.config;
    const n = pixels.shape[0]!;
    const patches = (imageSize / patchSize) ** 2;
    const name = context.weights.has('vision_model.embeddings.class_embedding') ? 'vision_model.' : '';
    const kernel = context.weights.get(`${name}embeddings.patch_embedding.weight`, [width, 3, patchSize, patchSize]);
    const grid = g.op('Conv', [pixels, kernel], {
      kernel_shape: [patchSize, patchSize],
      strides: [patchSize, patchSize],
      dilations: [1, 1],
      pads: [0, 0, 0, 0],
      group: 1,
    });
    const tokens = g.transpose(g.reshape(grid, [n, width, patches]), [0, 2, 1]);
    const first = g.reshape(context.weights.get(`${name}embeddings.class_embedding`, [width]), [1, 1, width]);
    const positions = context.weights.get(`${name}embeddings.position_embedding.weight`, [patches + 1, width]);
    const embedded = g.add(g.concat([g.expand(first, [n, 1, width]), tokens], 1), positions);
    // Every checkpoint has this misspelling.
    let x = layerNorm(context, `${name}pre_layrnorm`, embedded, layerNormEps);
    for (let i = 0; i < layers; i++) x = encoderLayer(context, `${name}encoder.layers.${i}`, x, this.config);
    const state = g.reshape(g.slice(x, [1], [0], [1]), [n, width]);
    return { last: x, pooled: layerNorm(context, `${name}post_layernorm`, state, layerNormEps) };
  }
}
