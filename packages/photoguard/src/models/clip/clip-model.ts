// CLIP: images and texts as points in one space (transformers' CLIPModel).
import type { GraphBuilder, Value } from 'onnx-grad';
import { linear } from '../linear.ts';
import type { TensorStore } from '../weights.ts';
import { WeightsByGraph } from '../weights.ts';
import type { CLIPConfig } from './config.ts';
import { CLIPTextModel } from './text-model.ts';
import { CLIPVisionModel } from './vision-model.ts';

/** Both towers. Features are not normalised; their cosine is CLIP's similarity. */
export class CLIPModel {
  readonly architecture = 'CLIPModel';
  readonly config: CLIPConfig;
  readonly text: CLIPTextModel;
  readonly vision: CLIPVisionModel;
  readonly #weights: WeightsByGraph;

  constructor(config: CLIPConfig, store: TensorStore) {
    this.config = config;
    this.text = new CLIPTextModel(config.text, store);
    this.vision = new CLIPVisionModel(config.vision, store);
    this.#weights = new WeightsByGraph(store);
  }

  /** Writes the features of an image's pooled state, [N, projectionDim]. */
  imageFeatures(g: GraphBuilder, pooled: Value): Value {
    return linear({ g, weights: this.#weights.in(g) }, 'visual_projection', pooled, this.config.projectionDim, false);
  }

  /** Writes the features of a text's pooled state, [N, projectionDim]. */
  textFeatures(g: GraphBuilder, pooled: Value): Value {
    return linear({ g, weights: this.#weights.in(g) }, 'text_projection', pooled, this.config.projectionDim, false);
  }

  /** Writes the cosine of every image with every text, [images, texts]. */
  cosine(g: GraphBuilder, images: Value, texts: Value): Value {
    const unit = (x: Value): Value => g.op('Div', [x, g.reduce('ReduceL2', x, [1], true)]);
    return g.op('MatMul', [unit(images), g.transpose(unit(texts), [1, 0])]);
  }
}
