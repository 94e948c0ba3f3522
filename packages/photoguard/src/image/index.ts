/*
 * Pictures without files: types, conversions, resizes with their gradients, sizes, masks, metadata blocks. This part
 * runs in browsers too. Reading and writing files with sharp is in `node` (`photoguard/image/node`).
 */
export { clipPixels, shortestEdge } from './clip-pixels.ts';
export type { Codecs, LossyFile } from './codecs.ts';
export { type AddDeltaOptions, addDelta, quantise, requireSameSize, toImage01, toPixels8 } from './convert.ts';
export { cropPixels, type Part } from './crop.ts';
export { ellipseKept, KEPT_ELLIPSE } from './ellipse-mask.ts';
export { type Encoded, embedMetadata } from './embed.ts';
export { jpegEnd } from './embedded-pictures.ts';
export { MAX_JPEG_XMP } from './jpeg-segments.ts';
export { fitMask, type MaskOptions, maskFromRgb, resizeMask } from './mask.ts';
export { findMetadataBlocks, type MetadataBlocks } from './metadata-blocks.ts';
export { type FillPlane, readPlanes } from './planes.ts';
export { type Described, readMetadata } from './read-metadata.ts';
export { applySeparable, resizeImage, resizeImageVjp, resizePixels, resizePlanes } from './resize.ts';
export {
  type BandMatrix,
  denseMatrix,
  type ResizeFilter,
  type ResizeOptions,
  resizeMatrix,
  transposeBand,
} from './resize-matrix.ts';
export { type PillowFilter, pillowResize } from './resize-pillow.ts';
export { sniffFormat } from './sniff.ts';
export type {
  Image01,
  InputFormat,
  Mask,
  OutputFormat,
  Photo,
  PhotoMetadata,
  Pixels8,
  PngChunk,
  Size,
  SoftMask,
} from './types.ts';
export { attributeRange, cut, type Range } from './xmp-text.ts';
