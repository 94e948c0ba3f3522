/*
 * Pictures in files, for Node: decoding and encoding with sharp, writing whole files, masks, pictures to compare. It
 * also exports everything from index.ts, so a program in Node needs only `photoguard/image/node`.
 */

export * from '../index.ts';
export { type CompareOptions, comparePicture } from './compare.ts';
export { type ContactSheetOptions, contactSheet, isContactSheet, type Panel } from './contact-sheet.ts';
export { type DecodeOptions, decodePhoto } from './decode.ts';
export { type EncodeOptions, encodePhoto, formatOfName } from './encode.ts';
export { DEFAULT_LIMIT_PIXELS } from './inspect.ts';
export { loadMask } from './load-mask.ts';
export { type PhotoHeader, photoHeader } from './photo-header.ts';
export { readPhotoFile } from './read-file.ts';
export { sharpCodecs } from './sharp-codecs.ts';
export { identifyFile, sameFile, type WritableFile, type WriteOptions, writeWhole } from './write-whole.ts';
