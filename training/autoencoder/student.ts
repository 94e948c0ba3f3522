// The architecture of the small autoencoder: TAESD's, with half the channels and fewer blocks where pictures are large.

/** diffusers' config.json of an AutoencoderTiny with so many channels. */
export const studentConfig = (channels: number) => ({
  _class_name: 'AutoencoderTiny',
  act_fn: 'relu',
  in_channels: 3,
  out_channels: 3,
  latent_channels: 4,
  encoder_block_out_channels: new Array<number>(4).fill(channels),
  decoder_block_out_channels: new Array<number>(4).fill(channels),
  num_encoder_blocks: [1, 2, 3, 3],
  num_decoder_blocks: [3, 3, 2, 1],
  latent_magnitude: 3,
  latent_shift: 0.5,
  force_upcast: false,
  scaling_factor: 1,
  upsampling_scaling_factor: 2,
  upsample_fn: 'nearest',
});
