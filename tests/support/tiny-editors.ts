/*
 * Small editors of every kind that is built, made on the spot with random weights, as diffusers lays them out: SDXL for
 * img2img and for inpainting, its refiner, and InstructPix2Pix. What they make of a photo means nothing; how they are
 * told of it, how they are loaded and what they refuse is that of the real ones. Sides are multiples of 4, trained at 32.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GraphBuilder, type Shape, type TensorSource } from 'onnx-grad';
import { buildAutoencoder, buildDenoiser, buildTextEncoder, type TensorStore } from 'photoguard/models';
import { float32, safetensors } from './safetensors.ts';

/** Kinds of small editors. */
export type TinyEditor = 'sdxl' | 'sdxl-inpaint' | 'sdxl-refiner' | 'instruct-pix2pix';

const TOKENIZER = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint/tokenizer', import.meta.url));
const VOCABULARY = 762;
const TOKENS = 77;
/** Width of the features of one number that an SDXL is told. */
const NUMBER_WIDTH = 8;
const EMBEDDING = 20;

const KINDS: Readonly<
  Record<
    TinyEditor,
    { className: string; channels: number; texts: readonly number[]; index?: object; numbers?: number }
  >
> = {
  sdxl: { className: 'StableDiffusionXLImg2ImgPipeline', channels: 4, texts: [32, 24], numbers: 6 },
  'sdxl-inpaint': { className: 'StableDiffusionXLInpaintPipeline', channels: 9, texts: [32, 24], numbers: 6 },
  'sdxl-refiner': {
    ...{ className: 'StableDiffusionXLImg2ImgPipeline', channels: 4, texts: [24], numbers: 5 },
    index: { force_zeros_for_empty_prompt: false, requires_aesthetics_score: true },
  },
  'instruct-pix2pix': { className: 'StableDiffusionInstructPix2PixPipeline', channels: 8, texts: [32] },
};

// Weights that are made when they are asked for in a shape: the same ones for the same seed and names.
class MadeUp implements TensorStore {
  readonly label = 'made up';
  readonly #seed: number;
  readonly #made = new Map<string, { readonly shape: Shape; readonly data: Float32Array }>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  get(name: string, shape?: Shape): TensorSource | undefined {
    const known = this.#made.get(name);
    if (known) return { dtype: 'float32', ...known };
    if (!shape) return { dtype: 'float32', shape: [0], data: new Float32Array(0) };
    const made = { shape, data: this.#values(name, shape) };
    this.#made.set(name, made);
    return { dtype: 'float32', ...made };
  }

  file(): Uint8Array {
    return safetensors(
      Object.fromEntries([...this.#made].map(([name, { shape, data }]) => [name, float32(shape, data)])),
    );
  }

  #values(name: string, shape: Shape): Float32Array {
    let state =
      [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), this.#seed) >>> 0;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    };
    const length = shape.reduce((a, b) => a * b, 1);
    const inputs = length / shape[0]!;
    const [middle, spread] = shape.length > 1 ? [0, Math.sqrt(3 / inputs)] : [name.endsWith('.weight') ? 1 : 0, 0.1];
    return Float32Array.from({ length }, () => middle + spread * uniform());
  }
}

const VAE = {
  ...{ _class_name: 'AutoencoderKL', block_out_channels: [8, 16, 16], layers_per_block: 1, norm_num_groups: 8 },
  down_block_types: new Array(3).fill('DownEncoderBlock2D'),
  up_block_types: new Array(3).fill('UpDecoderBlock2D'),
};

const textConfig = (width: number, isProjected: boolean) => ({
  architectures: [isProjected ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'],
  ...{ hidden_size: width, intermediate_size: 2 * width, num_attention_heads: 4, num_hidden_layers: 2 },
  ...{ max_position_embeddings: TOKENS, vocab_size: VOCABULARY, eos_token_id: 2 },
  ...(isProjected && { projection_dim: EMBEDDING }),
});

const unetConfig = ({ channels, texts, numbers }: (typeof KINDS)[TinyEditor]) => ({
  ...{ _class_name: 'UNet2DConditionModel', in_channels: channels, block_out_channels: [8, 16], layers_per_block: 1 },
  ...{ down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'], up_block_types: ['CrossAttnUpBlock2D', 'UpBlock2D'] },
  ...{ attention_head_dim: 2, norm_num_groups: 8, sample_size: 8, cross_attention_dim: texts.reduce((a, b) => a + b) },
  ...(numbers !== undefined && {
    ...{ addition_embed_type: 'text_time', addition_time_embed_dim: NUMBER_WIDTH, use_linear_projection: true },
    projection_class_embeddings_input_dim: EMBEDDING + numbers * NUMBER_WIDTH,
  }),
});

/** Writes such an editor into a folder. */
export function writeTinyEditor(folder: string, kind: TinyEditor): void {
  const settings = KINDS[kind];
  const isXL = settings.numbers !== undefined;
  const put = (part: string, config: object, weights: MadeUp, file: string): void => {
    mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, part, 'config.json'), JSON.stringify(config));
    writeFileSync(join(folder, part, file), weights.file());
  };
  const vae = { ...VAE, scaling_factor: isXL ? 0.13025 : 0.18215 };
  put('vae', vae, autoencoderWeights(vae), 'diffusion_pytorch_model.safetensors');
  const unet = unetConfig(settings);
  put('unet', unet, unetWeights(unet), 'diffusion_pytorch_model.safetensors');

  const suffixes = settings.texts.length === 1 ? [isXL ? '_2' : ''] : ['', '_2'];
  const listed: Record<string, readonly [string, string]> = {};
  for (const [k, width] of settings.texts.entries()) {
    const [encoder, tokenizer] = [`text_encoder${suffixes[k]}`, `tokenizer${suffixes[k]}`];
    const config = textConfig(width, suffixes[k] === '_2');
    put(encoder, config, textWeights(config, 3 + k), 'model.safetensors');
    cpSync(TOKENIZER, join(folder, tokenizer), { recursive: true });
    listed[encoder] = ['transformers', config.architectures[0]!];
    listed[tokenizer] = ['transformers', 'CLIPTokenizer'];
  }

  mkdirSync(join(folder, 'scheduler'));
  const betas = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };
  writeFileSync(
    join(folder, 'scheduler', 'scheduler_config.json'),
    JSON.stringify({ _class_name: 'DDIMScheduler', ...betas, clip_sample: false, steps_offset: 1 }),
  );
  writeFileSync(
    join(folder, 'model_index.json'),
    JSON.stringify({
      ...{ _class_name: settings.className, ...settings.index, ...listed, scheduler: ['diffusers', 'DDIMScheduler'] },
      ...{ unet: ['diffusers', 'UNet2DConditionModel'], vae: ['diffusers', 'AutoencoderKL'] },
    }),
  );
}

function autoencoderWeights(config: object): MadeUp {
  const weights = new MadeUp(1);
  const autoencoder = buildAutoencoder(config, weights);
  const g = new GraphBuilder('weights');
  autoencoder.encode(g, g.input('image', 'float32', [1, 3, 32, 32]));
  autoencoder.decode(g, g.input('latent', 'float32', [1, 4, 8, 8]));
  return weights;
}

function unetWeights(config: object): MadeUp {
  const weights = new MadeUp(2);
  const unet = buildDenoiser(config, weights);
  const g = new GraphBuilder('weights');
  unet.predict(g, {
    sample: g.input('sample', 'float32', [1, unet.inChannels, 8, 8]),
    time: g.input('time', 'float32', [1, unet.timeWidth]),
    textStates: g.input('text', 'float32', [1, TOKENS, unet.textWidth]),
    ...(unet.added && {
      added: {
        textEmbeds: g.input('embedding', 'float32', [1, EMBEDDING]),
        timeIds: g.input('numbers', 'float32', [1, unet.added.inputDim - EMBEDDING]),
      },
    }),
  });
  return weights;
}

function textWeights(config: object, seed: number): MadeUp {
  const weights = new MadeUp(seed);
  const encoder = buildTextEncoder(config, weights);
  const g = new GraphBuilder('weights');
  const { last } = encoder.encode(g, g.input('ids', 'int64', [1, TOKENS]));
  if (encoder.embeddingWidth !== undefined) encoder.embedWhole(g, last, g.input('whole', 'float32', [1, TOKENS]));
  return weights;
}
