// The config.json of transformers' CLIP text encoders, checked.
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
