import { describe, expect, it } from 'vitest';
import { parseCLIPTextConfig } from './config.ts';
import { pooledPosition } from './text-model.ts';

describe('the configuration of a CLIP text encoder', () => {
  it('has a projection only where the architecture says so', () => {
    expect(parseCLIPTextConfig({ projection_dim: 768 }).projectionDim).toBeUndefined();
    const projected = { architectures: ['CLIPTextModelWithProjection'], projection_dim: 1280 };
    expect(parseCLIPTextConfig(projected).projectionDim).toBe(1280);
  });

  it.each([
    ['hidden_act', 'relu'],
    ['num_attention_heads', 7],
    ['vocab_size', 1e12],
    ['max_position_embeddings', 0],
  ])('with %s %j is refused, by that name', (key, value) => {
    expect(() => parseCLIPTextConfig({ [key]: value })).toThrow(new RegExp(key));
  });
});

describe('the token that stands for a text', () => {
  it('is the largest id in old configurations, whose eos_token_id is 2', () => {
    expect(pooledPosition([9, 4, 9, 11, 11], { eosTokenId: 2 })).toBe(3);
  });

  it('is the first end token otherwise, and the first token where there is none', () => {
    expect(pooledPosition([9, 4, 7, 7], { eosTokenId: 7 })).toBe(2);
    expect(pooledPosition([9, 4], { eosTokenId: 7 })).toBe(0);
  });
});
