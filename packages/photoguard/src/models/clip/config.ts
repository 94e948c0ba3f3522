// The config.json of transformers' CLIP models, checked.
import { ConfigReader } from '../config-reader.ts';

/** Configuration of a CLIPTextModel. */
export interface CLIPTextConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Tokens of a text, padding included. */
  readonly maxTokens: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly layerNormEps: number;
  /** 2 in old configurations, where it stands for "at the largest token id". */
  readonly eosTokenId: number;
  /** Width of the projected text embedding; only in a CLIPTextModelWithProjection. */
  readonly projectionDim?: number;
}

/** A CLIP text encoder's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseCLIPTextConfig(json: unknown): CLIPTextConfig {
  const read = new ConfigReader(json, 'CLIPTextModel');
  const hiddenSize = read.whole('hidden_size', 512, 1, 16_384);
  const heads = read.whole('num_attention_heads', 8, 1, 256);
  if (hiddenSize % heads !== 0) throw read.error('num_attention_heads', `a divisor of hidden_size (${hiddenSize})`);
  const architectures = (json as { architectures?: unknown }).architectures;
  const projected = Array.isArray(architectures) && architectures.includes('CLIPTextModelWithProjection');
  return {
    vocabSize: read.whole('vocab_size', 49_408, 1, 1_000_000),
    hiddenSize,
    intermediateSize: read.whole('intermediate_size', 2048, 1, 65_536),
    layers: read.whole('num_hidden_layers', 12, 1, 128),
    heads,
    maxTokens: read.whole('max_position_embeddings', 77, 2, 4096),
    activation: read.oneOf('hidden_act', 'quick_gelu', ['quick_gelu', 'gelu']),
    layerNormEps: read.number('layer_norm_eps', 1e-5),
    eosTokenId: read.whole('eos_token_id', 49_407, 0, 1_000_000),
    ...(projected && { projectionDim: read.whole('projection_dim', 512, 1, 16_384) }),
  };
}

/** Configuration of a CLIPVisionModel. */
export interface CLIPVisionConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Pixels a side of the image, and of a patch. */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly activation: 'quick_gelu' | 'gelu';
  readonly layerNormEps: number;
}

/** A CLIP image tower's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseCLIPVisionConfig(json: unknown): CLIPVisionConfig {
  const read = new ConfigReader(json, 'CLIPVisionModel');
  const hiddenSize = read.whole('hidden_size', 768, 1, 16_384);
  const heads = read.whole('num_attention_heads', 12, 1, 256);
  if (hiddenSize % heads !== 0) throw read.error('num_attention_heads', `a divisor of hidden_size (${hiddenSize})`);
  const imageSize = read.whole('image_size', 224, 1, 4096);
  const patchSize = read.whole('patch_size', 32, 1, 4096);
  if (imageSize % patchSize !== 0) throw read.error('patch_size', `a divisor of image_size (${imageSize})`);
  read.whole('num_channels', 3, 3, 3);
  return {
    hiddenSize,
    intermediateSize: read.whole('intermediate_size', 3072, 1, 65_536),
    layers: read.whole('num_hidden_layers', 12, 1, 128),
    heads,
    imageSize,
    patchSize,
    activation: read.oneOf('hidden_act', 'quick_gelu', ['quick_gelu', 'gelu']),
    layerNormEps: read.number('layer_norm_eps', 1e-5),
  };
}

/** Configuration of a CLIPModel. */
export interface CLIPConfig {
  readonly text: CLIPTextConfig;
  readonly vision: CLIPVisionConfig;
  readonly projectionDim: number;
}

/** A CLIP model's config.json. @throws PhotoGuardError `config` for a value that cannot be */
export function parseCLIPConfig(json: unknown): CLIPConfig {
  const read = new ConfigReader(json, 'CLIPModel');
  const { text_config, vision_config } = json as { text_config?: unknown; vision_config?: unknown };
  return {
    text: parseCLIPTextConfig(text_config ?? {}),
    vision: parseCLIPVisionConfig(vision_config ?? {}),
    projectionDim: read.whole('projection_dim', 512, 1, 16_384),
  };
}
