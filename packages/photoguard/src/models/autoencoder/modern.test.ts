// The autoencoders of 2025 and 2026 with weights made up on the spot. Their numbers are compared with diffusers' by the golden
// area `autoencoders-modern`; here is what must hold whatever the weights are.
import { GraphBuilder, type TensorData, vjp } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import { buildAutoencoder } from '../registry.ts';
import type { TensorStore } from '../weights.ts';
import type { Autoencoder } from './autoencoder.ts';
import type { AutoencoderKLWan } from './autoencoder-kl-wan.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ device: 'cpu' });
});
afterAll(() => runtime.close());

const WAN = { base_dim: 4, z_dim: 4, dim_mult: [1, 2, 2], num_res_blocks: 1, temperal_downsample: [false, true] };
const FOUR = { latents_mean: [0.1, -0.2, 0.3, -0.4], latents_std: [1, 2, 0.5, 4] };
const CONFIGS = {
  flux2: { _class_name: 'AutoencoderKLFlux2', block_out_channels: [4, 8], latent_channels: 4, norm_num_groups: 4 },
  wan21: { _class_name: 'AutoencoderKLWan', ...WAN, ...FOUR },
  wan22: { _class_name: 'AutoencoderKLWan', ...WAN, ...FOUR, is_residual: true, patch_size: 2, in_channels: 12 },
  qwen: { _class_name: 'AutoencoderKLQwenImage', ...WAN, ...FOUR },
  qwen21: { _class_name: 'AutoencoderKLQwenImage21', ...WAN, ...FOUR, decoder_base_dim: 8 },
  dc: {
    _class_name: 'AutoencoderDC',
    latent_channels: 4,
    attention_head_dim: 4,
    encoder_block_out_channels: [4, 8],
    decoder_block_out_channels: [8, 8],
    encoder_block_types: ['ResBlock', 'EfficientViTBlock'],
    decoder_block_types: 'ResBlock',
    encoder_layers_per_block: [1, 1],
    decoder_layers_per_block: [1, 1],
    encoder_qkv_multiscales: [[], [3]],
    decoder_qkv_multiscales: [[], []],
    decoder_norm_types: 'batch_norm',
    scaling_factor: 0.4,
  },
} as const;
const [HEIGHT, WIDTH] = [16, 24];

/** Weights of any name and shape, positive where they must be. */
function made(change: (name: string, index: number, value: number) => number = (_, __, value) => value): TensorStore {
  return {
    label: 'made up',
    get: (name, shape = [1]) => {
      let state = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
      const count = shape.reduce((a, b) => a * b, 1);
      const spread = 2 / Math.sqrt(Math.max(1, count / shape[0]!));
      const data = Float32Array.from({ length: count }, (_, i) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const value = (state / 2 ** 32 - 0.5) * spread;
        return change(name, i, name.includes('var') ? 0.5 + Math.abs(value) : value);
      });
      return { dtype: 'float32', shape, data } satisfies TensorData;
    },
  };
}

const photo = (channels = 3): Float32Array =>
  Float32Array.from({ length: channels * HEIGHT * WIDTH }, (_, i) => Math.sin(i * 0.37) * Math.cos(i * 0.011));

async function encoded(autoencoder: Autoencoder, image = photo()): Promise<Float32Array> {
  const g = new GraphBuilder();
  const channels = image.length / (HEIGHT * WIDTH);
  g.output('mean', autoencoder.encode(g, g.input('x', 'float32', [1, channels, HEIGHT, WIDTH])).mean);
  return (await run(g, { x: image })).mean!;
}

async function run(g: GraphBuilder, feeds: Record<string, Float32Array>): Promise<Record<string, Float32Array>> {
  const program = await runtime.load(g.build());
  const results = await program.run(feeds);
  await program.release();
  return results as Record<string, Float32Array>;
}

const build = (config: object, store = made()): Autoencoder => buildAutoencoder(config, store);

describe.each(Object.entries(CONFIGS))('%s', (_, config) => {
  it('encodes and decodes at the sizes that it states, and has a gradient everywhere', async () => {
    const autoencoder = build(config);
    const { latentChannels, factor } = autoencoder;
    expect([autoencoder.architecture, latentChannels]).toEqual([config._class_name, 4]);
    const g = new GraphBuilder();
    const x = g.input('x', 'float32', [1, 3, HEIGHT, WIDTH]);
    const { mean } = autoencoder.encode(g, x);
    expect(mean.shape).toEqual([1, 4, HEIGHT / factor, WIDTH / factor]);
    const image = autoencoder.decode(g, mean);
    expect(image.shape).toEqual(x.shape);
    g.output('mean', mean);
    const graph = vjp(g.build(), { outputs: ['mean'], wrt: ['x'] });
    const program = await runtime.load(graph);
    const cotangent = Float32Array.from({ length: mean.shape.reduce((a, b) => a * b, 1) }, (__, i) => Math.cos(i));
    const { 'grad.x': gradient } = await program.run({ x: photo(), 'cotangent.mean': cotangent });
    await program.release();
    expect((gradient as Float32Array).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });

  it('has a mean again of the latents that its pipeline makes of it', async () => {
    const autoencoder = build(config);
    const mean = await encoded(autoencoder);
    const { latentFormat, scalingFactor, factor, latentChannels } = autoencoder;
    if (!latentFormat) {
      expect(scalingFactor).toBe(0.4);
      return;
    }
    const g = new GraphBuilder();
    const latents = latentFormat.normalize(
      g,
      g.input('mean', 'float32', [1, latentChannels, HEIGHT / factor, WIDTH / factor]),
    );
    g.output('latents', latents);
    g.output('again', latentFormat.denormalize(g, latents));
    if (latentFormat.pack) g.output('tokens', latentFormat.pack(g, latents));
    const { again, tokens, latents: normalized } = await run(g, { mean });
    expect(distance(again!, mean)).toBeLessThan(1e-5);
    expect(distance(normalized!, mean)).toBeGreaterThan(0.01);
    if (tokens) expect(tokens).toHaveLength(mean.length);
  });
});

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('the tiny video autoencoder of Wan 2.1', () => {
  // The published file has 128 tensors and 11,315,539 weights.
  const widths = [256, 128, 64, 64];
  const shapes: Record<string, number[]> = { 'encoder.0': [64, 3, 3, 3], 'encoder.17': [16, 64, 3, 3] };
  const block = (name: string, width: number): void => {
    for (const [i, times] of [
      [0, 2],
      [2, 1],
      [4, 1],
    ] as const)
      shapes[`${name}.conv.${i}`] = [width, times * width, 3, 3];
  };
  for (const [level, pool] of [2, 2, 1].entries()) {
    shapes[`encoder.${2 + 5 * level}.conv`] = [64, pool * 64, 1, 1];
    shapes[`encoder.${3 + 5 * level}`] = [64, 64, 3, 3];
    for (let i = 0; i < 3; i++) block(`encoder.${4 + 5 * level + i}`, 64);
  }
  shapes['decoder.1'] = [256, 16, 3, 3];
  for (const [level, grow] of [1, 2, 2].entries()) {
    const [width, next] = [widths[level]!, widths[level + 1]!];
    for (let i = 0; i < 3; i++) block(`decoder.${3 + 6 * level + i}`, width);
    shapes[`decoder.${7 + 6 * level}.conv`] = [grow * width, width, 1, 1];
    shapes[`decoder.${8 + 6 * level}`] = [next, width, 3, 3];
  }
  shapes['decoder.22'] = [3, 64, 3, 3];
  const values = made();
  const store: TensorStore = {
    label: 'taew2_1.safetensors',
    get: (name) => {
      const shape = shapes[name.replace(/\.(weight|bias)$/, '')];
      return shape && values.get(name, name.endsWith('.bias') ? [shape[0]!] : shape);
    },
  };

  it('is recognised by its weights, all of which it uses', async () => {
    const autoencoder = buildAutoencoder(undefined, store);
    expect(autoencoder).toMatchObject({ architecture: 'TAEHV', latentChannels: 16, factor: 8, scalingFactor: 1 });
    const g = new GraphBuilder();
    const { mean } = autoencoder.encode(g, g.input('x', 'float32', [1, 3, HEIGHT, WIDTH]));
    const image = autoencoder.decode(g, mean);
    expect([mean.shape, image.shape]).toEqual([
      [1, 16, HEIGHT / 8, WIDTH / 8],
      [1, 3, HEIGHT, WIDTH],
    ]);
    g.output('mean', mean);
    g.output('image', image);
    const stored = [...g.build().initializers.values()].filter(
      ({ dtype, shape }) => dtype === 'float32' && shape.length > 0,
    );
    const count = stored.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(11_315_539);
    const results = await run(g, { x: photo() });
    expect(results.image!.every(Number.isFinite)).toBe(true);
  });

  // By hand: frames of a video of four equal ones, through one level at a time, blocks as their author defines them.
  it('sees nothing before the first frame, and the first before the second', async () => {
    const before = await encoded(buildAutoencoder(undefined, store));
    const without = (name: string): TensorStore => ({
      ...store,
      get: (key) => {
        const tensor = store.get(key) as TensorData | undefined;
        if (!tensor || key !== `${name}.conv.0.weight`) return tensor;
        // What the block sees of the frame before: the second half of the input channels.
        const [half, whole] = [tensor.shape[1]! / 2, tensor.shape[1]!];
        const data = (tensor.data as Float32Array).map((v, i) => (Math.floor(i / 9) % whole >= half ? 0 : v));
        return { ...tensor, data };
      },
    });
    // Two frames are left at the first level, one at the others.
    expect(distance(await encoded(buildAutoencoder(undefined, without('encoder.4'))), before)).toBeGreaterThan(1e-6);
    for (const name of ['encoder.9', 'encoder.14'])
      expect(distance(await encoded(buildAutoencoder(undefined, without(name))), before)).toBeLessThan(1e-9);
  });
});

describe('one frame', () => {
  it('depends on the last time slice of each kernel alone', async () => {
    const reference = await encoded(build(CONFIGS.wan21));
    const changed = (slice: number): TensorStore =>
      made((name, i, value) => (name === 'encoder.conv_in.weight' && Math.floor(i / 9) % 3 === slice ? -value : value));
    for (const slice of [0, 1])
      expect(distance(await encoded(build(CONFIGS.wan21, changed(slice))), reference)).toBeLessThan(1e-5);
    expect(distance(await encoded(build(CONFIGS.wan21, changed(2))), reference)).toBeGreaterThan(1e-3);
  });

  it('is decoded within [-1, 1]', async () => {
    const autoencoder = build(
      CONFIGS.wan21,
      made((name, _, value) => (name === 'decoder.conv_out.bias' ? 9 : value)),
    );
    const g = new GraphBuilder();
    const z = g.input('z', 'float32', [1, 4, 4, 4]);
    g.output('image', autoencoder.decode(g, z));
    g.output('unclamped', (autoencoder as AutoencoderKLWan).decodeUnclamped(g, z));
    const { image, unclamped } = await run(g, { z: photo().subarray(0, 64) });
    expect(Math.max(...image!)).toBe(1);
    expect(Math.max(...unclamped!)).toBeGreaterThan(5);
  });
});

describe('alpha', () => {
  it('is 1 in a photo, and left out of what is decoded', async () => {
    const autoencoder = build(CONFIGS.qwen21);
    const opaque = Float32Array.of(...photo(), ...new Float32Array(HEIGHT * WIDTH).fill(1));
    const mean = await encoded(autoencoder);
    expect(distance(await encoded(autoencoder, opaque), mean)).toBeLessThan(1e-5);
    opaque.fill(-1, 3 * HEIGHT * WIDTH);
    expect(distance(await encoded(autoencoder, opaque), mean)).toBeGreaterThan(0.01);
    const g = new GraphBuilder();
    expect(autoencoder.decode(g, g.input('z', 'float32', [1, 4, 4, 4])).shape[1]).toBe(3);
  });
});

describe('sizes that cannot be', () => {
  it.each([
    ['wan22', '20x24'],
    ['qwen21', '22x24'],
    ['dc', '21x24'],
  ] as const)('of %s are refused in one line', (name, size) => {
    const [width, height] = size.split('x').map(Number) as [number, number];
    const g = new GraphBuilder();
    const image = g.input('x', 'float32', [1, 3, height, width]);
    expect(() => build(CONFIGS[name]).encode(g, image)).toThrow(/both sides must be multiples of \d+ for Autoencoder/);
  });
});

describe('configurations that cannot be', () => {
  it.each([
    [CONFIGS.wan21, { temperal_downsample: [true] }, 'temperal_downsample must be 2 of true or false'],
    [CONFIGS.wan21, { latents_mean: [1] }, 'latents_mean must be 4 numbers, one a latent channel'],
    [CONFIGS.wan21, { latents_std: [1, 1, 0, 1] }, 'latents_std must be numbers above 0'],
    [CONFIGS.wan21, { attn_scales: [0.5] }, 'attn_scales must be'],
    [CONFIGS.wan22, { dim_mult: [1, 2, 4] }, 'dim_mult must be such that shortcuts'],
    [CONFIGS.wan21, { base_dim: 3, dim_mult: [1, 1, 1] }, 'dim_mult must be even'],
    [CONFIGS.wan21, { in_channels: 12 }, 'in_channels must be 3'],
    [CONFIGS.qwen21, { in_channels: 3 }, 'in_channels must be 4'],
    [CONFIGS.flux2, { decoder_block_out_channels: [8] }, 'decoder_block_out_channels must be 2 multiples of'],
    [CONFIGS.flux2, { batch_norm_eps: -1 }, 'batch_norm_eps must be a number from 0 to 1'],
    [CONFIGS.dc, { encoder_layers_per_block: [1] }, 'layers must be 2 whole numbers, one a level'],
    [CONFIGS.dc, { encoder_layers_per_block: [1, 0] }, 'layers must be above 0 at every level but the first'],
    [CONFIGS.dc, { attention_head_dim: 3 }, 'types must be ResBlock where'],
    [CONFIGS.dc, { latent_channels: 3 }, 'encoder_block_out_channels must be such that'],
    [CONFIGS.dc, { decoder_norm_types: 'layer_norm' }, 'norms[0] must be rms_norm or batch_norm'],
  ])('%j with %j are refused by name', (config, change, message) => {
    expect(() => build({ ...config, ...change })).toThrow(message);
    expect(() => build({ ...config, ...change })).toThrow(/^config\.json of Autoencoder/);
  });
});
