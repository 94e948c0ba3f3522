import { GraphBuilder } from 'onnx-grad';
import { describe, expect, it } from 'vitest';
import { parseUNetConfig } from './config.ts';
import { timeProjection } from './time-embedding.ts';
import { UNet2DConditionModel } from './unet2d-condition-model.ts';

const SMALL = {
  block_out_channels: [32, 64],
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'UpBlock2D'],
  attention_head_dim: 4,
  cross_attention_dim: 16,
};

describe('the configuration of a UNet', () => {
  it('gives each level its heads and layers', () => {
    const config = parseUNetConfig({ ...SMALL, attention_head_dim: [2, 8], transformer_layers_per_block: 3 });
    expect(config).toMatchObject({ heads: [2, 8], transformerLayers: [3, 3], downAttention: [false, true] });
  });

  it.each([
    ['act_fn', 'gelu'],
    ['only_cross_attention', true],
    ['attention_head_dim', 7],
    ['attention_head_dim', [4]],
    ['block_out_channels', [33, 64]],
    ['block_out_channels', [1e9, 64]],
    ['down_block_types', ['DownBlock2D']],
    ['up_block_types', ['UpBlock2D', 'AttnUpBlock2D']],
    ['addition_embed_type', 'image'],
    ['in_channels', 0],
  ])('with %s %j is refused, by that name', (key, value) => {
    expect(() => parseUNetConfig({ ...SMALL, [key]: value })).toThrow(new RegExp(key));
  });
});

describe('a timestep', () => {
  it('becomes cosines and sines of falling frequency', () => {
    const at = timeProjection(1, 4, { flipSinToCos: true, freqShift: 0 });
    expect([...at].map((x) => x.toFixed(3))).toEqual(['0.540', '1.000', '0.841', '0.010']);
    expect([...timeProjection(0, 4, { flipSinToCos: false, freqShift: 0 })]).toEqual([0, 0, 1, 1]);
  });
});

it('a checkpoint that lacks a weight is told, with its name', () => {
  const unet = new UNet2DConditionModel(parseUNetConfig(SMALL), { label: 'nothing', get: () => undefined });
  const g = new GraphBuilder();
  const inputs = {
    sample: g.input('sample', 'float32', [1, 4, 8, 8]),
    time: g.input('time', 'float32', [1, 32]),
    textStates: g.input('text', 'float32', [1, 77, 16]),
  };
  expect(() => unet.predict(g, inputs)).toThrow(/nothing.*time_embedding\.linear_1\.weight/);
});
