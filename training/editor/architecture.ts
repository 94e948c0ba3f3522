// The architecture of the editor: the lab editor's, 9.9 million weights in the UNet and half a million in the text encoder.
import { CLIPTextModel, parseCLIPTextConfig, parseUNetConfig, UNet2DConditionModel } from 'photoguard/models';
import { type Beginning, Parameters } from 'photoguard/training';
import { clipInitialise, unetInitialise } from '../engine/initialise.ts';
import type { EditorModels } from './graphs.ts';

/** diffusers' config.json of the UNet. `latentSide`: side of the training latents. */
export const unetConfig = (latentSide: number) => ({
  _class_name: 'UNet2DConditionModel',
  act_fn: 'silu',
  attention_head_dim: 4, // the number of heads: an old naming error of diffusers
  block_out_channels: [128, 192],
  cross_attention_dim: TEXT_WIDTH,
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D'],
  flip_sin_to_cos: true,
  freq_shift: 0,
  in_channels: 9,
  layers_per_block: 1,
  norm_eps: 1e-5,
  norm_num_groups: 32,
  out_channels: 4,
  sample_size: latentSide,
  up_block_types: ['CrossAttnUpBlock2D', 'UpBlock2D'],
  use_linear_projection: true, // transformers' projections are matrices, not convolutions of size 1
});

const TEXT_WIDTH = 128;
const TEXT_LAYERS = 2;

/** transformers' config.json of the text encoder, for a tokenizer's vocabulary whose last id is the end token. */
export const textConfig = (vocabulary: number, tokens: number) => ({
  architectures: ['CLIPTextModel'],
  model_type: 'clip_text_model',
  bos_token_id: vocabulary - 2,
  eos_token_id: vocabulary - 1,
  pad_token_id: vocabulary - 1,
  hidden_act: 'quick_gelu',
  hidden_size: TEXT_WIDTH,
  intermediate_size: 4 * TEXT_WIDTH,
  layer_norm_eps: 1e-5,
  max_position_embeddings: tokens,
  num_attention_heads: 4,
  num_hidden_layers: TEXT_LAYERS,
  projection_dim: TEXT_WIDTH,
  vocab_size: vocabulary,
});

/** Models with untrained weights. */
export interface NewEditor extends EditorModels {
  readonly unetParameters: Parameters;
  readonly textParameters: Parameters;
}

/** Initial values of an editor's weights. */
export interface EditorBeginning {
  readonly unet: Beginning;
  readonly text: Beginning;
}

/** New weights, by a seed. */
export const fromSeed = (seed: number): EditorBeginning => ({
  unet: { first: unetInitialise(seed) },
  text: { first: clipInitialise(seed, { width: TEXT_WIDTH, layers: TEXT_LAYERS }) },
});

/** Models with initial values; a model's weights are created when it is written into a graph. */
export function newEditor(
  configs: { readonly unet: ReturnType<typeof unetConfig>; readonly text: ReturnType<typeof textConfig> },
  begin: EditorBeginning,
): NewEditor {
  const unetParameters = new Parameters('unet', begin.unet.first, begin.unet.has);
  const textParameters = new Parameters('text encoder', begin.text.first, begin.text.has);
  return {
    unetParameters,
    textParameters,
    unet: new UNet2DConditionModel(parseUNetConfig(configs.unet), unetParameters),
    text: new CLIPTextModel(parseCLIPTextConfig(configs.text), textParameters),
  };
}
