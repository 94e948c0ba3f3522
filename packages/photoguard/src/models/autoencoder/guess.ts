// Autoencoders in single files without a configuration, which are recognised by their weights.
import { PhotoGuardError } from '../../errors.ts';
import { hasOriginalLayout, withDiffusersNames } from '../original-layout.ts';
import type { TensorStore } from '../weights.ts';
import { guessTinyVideo } from './tiny-video-config.ts';

/**
 * The configuration of the weights, and the weights under diffusers' names.
 * @throws PhotoGuardError `config` if the layout is not known
 */
export function guessAutoencoder(weights: TensorStore): { readonly config: object; readonly weights: TensorStore } {
  if (hasOriginalLayout(weights)) {
    const config = {
      _class_name: 'AutoencoderKL',
      block_out_channels: [128, 256, 512, 512],
      layers_per_block: 2,
      latent_channels: weights.get('first_stage_model.post_quant_conv.weight')?.shape[0] ?? 4,
    };
    return { config, weights: withDiffusersNames(weights, 4) };
  }
  const video = guessTinyVideo(weights);
  if (video) return { config: video, weights };
  const last = weights.get('encoder.14.weight');
  if (last && weights.get('decoder.1.weight'))
    return { config: { _class_name: 'AutoencoderTiny', latent_channels: last.shape[0] }, weights };
  throw new PhotoGuardError(
    'config',
    `${weights.label}: there is no config.json, and the layout of the weights is not known`,
  );
}
