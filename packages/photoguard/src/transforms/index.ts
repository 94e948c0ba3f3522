/*
 * The transforms room: what happens to a photo on its way to an editor. Each has one definition: on bytes, as it really
 * happens, and where it has a gradient on floats too, so that an attack can look through it. No files, no Node.
 */
export type { Argument, ArgumentValue, ChoiceArgument, FileArgument, NumberArgument, ValueOf } from './arguments.ts';
export { describeRange } from './arguments.ts';
export { joinTransforms, seedOfPart } from './chain.ts';
export { type Draws, parseDraws } from './draw.ts';
export { gaussianMatrix } from './gaussian.ts';
export { type JpegOptions, jpegPass } from './jpeg-graph.ts';
export { CHROMA, LUMA, tableAt } from './jpeg-tables.ts';
export type { Declaration, Kinds, TransformKind, Values } from './kind.ts';
export { transformKind } from './kind.ts';
export { buildChain, parseChain, parseList, type Settled } from './parse.ts';
export type { Pass } from './pass.ts';
export { mirrored, reflected } from './reflected.ts';
export { FILTER, resizedTo } from './resize.ts';
export { planSeeing, type Seen, SeeThrough } from './see-through.ts';
export { blurPass, resizePass } from './separable.ts';
export { parseShip } from './ship.ts';
export { wordText } from './spec.ts';
export { TRANSFORMS } from './table.ts';
export type { Apply, Transform, TransformContext } from './transform.ts';
export { stopIfAborted } from './transform.ts';
export { writePasses } from './write-pass.ts';
export { rgbToYcbcr, ycbcrToRgb } from './ycbcr.ts';
