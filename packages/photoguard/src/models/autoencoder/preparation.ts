// How an editing pipeline brings a photo to a size that its autoencoder takes, before it is encoded. A protection has to
// survive that step, so it is part of what is known of an autoencoder; `pipelineSize` of the view room applies it.

/** See the head of this file. The range is always [-1, 1], and a photo has its alpha set to 1 where the encoder wants it. */
export interface Preparation {
  /** Both sides are multiples of this, in pixels. */
  readonly multiple: number;
  /**
   * `crop`: what is over the multiple is cut off evenly, after photos above `area` were made smaller (FLUX.2).
   * `area`: resized to about `area` pixels, its shape kept as far as the multiple allows (Qwen-Image).
   * `asked`: resized to whatever size is asked for (Wan, SANA).
   */
  readonly fit: 'crop' | 'area' | 'asked';
  /** Pixels; absent where any number will do. */
  readonly area?: number;
}
