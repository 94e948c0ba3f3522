// The config.json of transformers' CLIP models, checked.
import * as z from 'zod/mini';
import { finite, object, oneOf, orDefault, validate, where, whole } from '../../validate/index.ts';
import { configSource } from '../config-fields.ts';

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
  /** 2 in old configurations, where it means "at the largest token id". */
  readonly eosTokenId: number;
  /** Width of the projected text embedding; only in a CLIPTextModelWithProjection. */
  readonly projectionDim?: number;
}

const activation = () => orDefault(oneOf('quick_gelu', 'gelu'), 'quick_gelu');
const PROJECTION = object({ projection_dim: orDefault(whole(1, 16_384), 512) });

interface Divided {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
}
const inHeads = () =>
  where<Divided>(
    'num_attention_heads',
    (config) => config.hidden_size % config.num_attention_heads === 0,
    (config) => `a divisor of hidden_size (${config.hidden_size})`,
  );

const TEXT = object({
  vocab_size: orDefault(whole(1, 1_000_000), 49_408),
  hidden_size: orDefault(whole(1, 16_384), 512),
  num_attention_heads: orDefault(whole(1, 256), 8),
  intermediate_size: orDefault(whole(1, 65_536), 2048),
  num_hidden_layers: orDefault(whole(1, 128), 12),
  max_position_embeddings: orDefault(whole(2, 4096), 77),
  hidden_act: activation(),
  layer_norm_eps: orDefault(finite(), 1e-5),
  eos_token_id: orDefault(whole(0, 1_000_000), 49_407),
  architectures: z.optional(z.unknown()),
}).check(inHeads());

/** A CLIP text encoder's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseCLIPTextConfig(json: unknown): CLIPTextConfig {
  const source = configSource('CLIPTextModel');
  const read = validate(TEXT, json, source);
  const projected = Array.isArray(read.architectures) && read.architectures.includes('CLIPTextModelWithProjection');
  return {
    vocabSize: read.vocab_size,
    hiddenSize: read.hidden_size,
    intermediateSize: read.intermediate_size,
    layers: read.num_hidden_layers,
    heads: read.num_attention_heads,
    maxTokens: read.max_position_embeddings,
    activation: read.hidden_act,
    layerNormEps: read.layer_norm_eps,
    eosTokenId: read.eos_token_id,
    ...(projected && { projectionDim: validate(PROJECTION, json, source).projection_dim }),
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

const VISION = object({
  hidden_size: orDefault(whole(1, 16_384), 768),
  num_attention_heads: orDefault(whole(1, 256), 12),
  intermediate_size: orDefault(whole(1, 65_536), 3072),
  num_hidden_layers: orDefault(whole(1, 128), 12),
  image_size: orDefault(whole(1, 4096), 224),
  patch_size: orDefault(whole(1, 4096), 32),
  num_channels: orDefault(whole(3, 3), 3),
  hidden_act: activation(),
  layer_norm_eps: orDefault(finite(), 1e-5),
}).check(
  inHeads(),
  where(
    'patch_size',
    (config) => config.image_size % config.patch_size === 0,
    (config) => `a divisor of image_size (${config.image_size})`,
  ),
);

/** A CLIP image tower's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseCLIPVisionConfig(json: unknown): CLIPVisionConfig {
  const read = validate(VISION, json, configSource('CLIPVisionModel'));
  return {
    hiddenSize: read.hidden_size,
    intermediateSize: read.intermediate_size,
    layers: read.num_hidden_layers,
    heads: read.num_attention_heads,
    imageSize: read.image_size,
    patchSize: read.patch_size,
    activation: read.hidden_act,
    layerNormEps: read.layer_norm_eps,
  };
}

/** Configuration of a CLIPModel. */
export interface CLIPConfig {
  readonly text: CLIPTextConfig;
  readonly vision: CLIPVisionConfig;
  readonly projectionDim: number;
}

const TOWERS = object({ text_config: z.optional(z.unknown()), vision_config: z.optional(z.unknown()) });

/** A CLIP model's config.json. @throws PhotoGuardError `config` for an invalid value */
export function parseCLIPConfig(json: unknown): CLIPConfig {
  const source = configSource('CLIPModel');
  const { text_config, vision_config } = validate(TOWERS, json, source);
  return {
    text: parseCLIPTextConfig(text_config ?? {}),
    vision: parseCLIPVisionConfig(vision_config ?? {}),
    projectionDim: validate(PROJECTION, json, source).projection_dim,
  };
}
