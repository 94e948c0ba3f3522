/*
 * Purifiers written in operators of onnx-grad, so that an attack can be made to survive them: their gradients are those
 * of the graph. They need neither sharp nor Node.
 */
export { blurInGraph } from './blur.ts';
export { type JpegOptions, jpegInGraph, roundCubic } from './jpeg.ts';
export { CHROMA, LUMA, tableAt } from './jpeg-tables.ts';
export { resizeInGraph } from './resize.ts';
export { rgbToYcbcr, ycbcrToRgb } from './ycbcr.ts';
