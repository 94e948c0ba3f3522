// Names of the autoencoder's weights in single-file checkpoints of the original layout (`first_stage_model.*`), from
// the names that diffusers gives them. In that layout the decoder's levels are counted from the other end.
import type { TensorSource } from 'onnx-grad';
import type { TensorStore } from './weights.ts';

const PREFIX = 'first_stage_model.';

/** Whether a checkpoint contains an autoencoder in the original layout. */
export const hasOriginalLayout = (store: TensorStore): boolean =>
  store.get(`${PREFIX}encoder.conv_in.weight`) !== undefined;

/** A checkpoint of the original layout under diffusers' names. `levels`: how many resolutions there are. */
export function withDiffusersNames(store: TensorStore, levels: number): TensorStore {
  return {
    label: store.label,
    get: (name: string): TensorSource | undefined => store.get(PREFIX + originalName(name, levels)),
  };
}

/** The original name of one of diffusers' names. */
export function originalName(name: string, levels: number): string {
  return name
    .replace(/down_blocks\.(\d+)\.resnets\.(\d+)/, 'down.$1.block.$2')
    .replace(/down_blocks\.(\d+)\.downsamplers\.0/, 'down.$1.downsample')
    .replace(/up_blocks\.(\d+)\.resnets\.(\d+)/, (_, level, layer) => `up.${levels - 1 - Number(level)}.block.${layer}`)
    .replace(/up_blocks\.(\d+)\.upsamplers\.0/, (_, level) => `up.${levels - 1 - Number(level)}.upsample`)
    .replace(/mid_block\.resnets\.(\d)/, (_, i) => `mid.block_${Number(i) + 1}`)
    .replace(/mid_block\.attentions\.0\.group_norm/, 'mid.attn_1.norm')
    .replace(/mid_block\.attentions\.0\.(?:to_)?(q|k|v)(?:uery|ey|alue)?\./, 'mid.attn_1.$1.')
    .replace(/mid_block\.attentions\.0\.(?:to_out\.0|proj_attn)/, 'mid.attn_1.proj_out')
    .replace('conv_shortcut', 'nin_shortcut')
    .replace('conv_norm_out', 'norm_out');
}
