/*
 * The view room: how an editor sees a photo. Size, filter, rounding, range, what a mask hides, and the round trip through
 * its autoencoder, each in one place.
 */
export { fitSize, MAX_MODEL_SIDE, type SizeMode } from './fit-size.ts';
export { hide, requireKept, shareKept } from './hidden.ts';
export { latentsGraph, type PictureBatch } from './latents-graph.ts';
export { type PipelineSize, pipelineSize, sideMultiple } from './pipeline-size.ts';
export { fromSigned, toImage, toSigned } from './range.ts';
export { reconstruct, reconstructionBytes } from './reconstruct.ts';
export { roundTrip } from './round-trip.ts';
export { type Tile, Tiling, tileSizes } from './tiles.ts';
export { resizedMask, resizedPixels, seenPixels, View, type ViewOptions } from './view.ts';
export { sumLengths, takePart, Views, type ViewsOptions } from './views.ts';
