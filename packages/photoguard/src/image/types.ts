/*
 * The types of pictures. Pixels have two forms, named by their range and layout: `Image01` for models and attacks
 * (floats in [0, 1], planar, channel first), `Pixels8` for files (bytes, interleaved). Both are colour only: alpha and
 * metadata are kept next to the pixels in a `Photo`, so that code that changes pixels cannot lose them.
 */

/** An RGB image for models: `data[(channel * height + y) * width + x]` in [0, 1], i.e. NCHW with N = 1. */
export interface Image01 {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  /** Planar, [3, height, width], 0 to 1. */
  readonly data: Float32Array;
}

/** An RGB image as in files: `data[(y * width + x) * 3 + channel]` in 0..255, in the photo's own RGB space. */
export interface Pixels8 {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

/** Which pixels an editor repaints: `data[y * width + x]` is 1 where it does (white in the file), 0 where it keeps. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A mask with soft edges: from 0 to 1 for each pixel, row by row. */
export interface SoftMask {
  readonly width: number;
  readonly height: number;
  /** A value for each pixel. */
  readonly data: Float32Array;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** File formats that can be read. `avif` stands for any HEIF container with AV1 inside. */
export type InputFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif';

/**
 * File formats that can be written. `png` and `webp` are lossless; with `jpeg` and `avif` part of the perturbation is
 * lost.
 */
export type OutputFormat = 'png' | 'webp' | 'jpeg' | 'avif';

/** A chunk of a PNG file: its four-letter type and its payload, without length and checksum. */
export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** A photo's metadata as raw blocks; each is kept byte for byte unless a note says otherwise. */
export interface PhotoMetadata {
  /** EXIF as a TIFF structure (starts with `II*` or `MM*`), orientation already normalised to 1. */
  readonly exif?: Uint8Array;
  /** ICC profile of the pixels. Absent means sRGB or unknown. */
  readonly icc?: Uint8Array;
  /** XMP packet, UTF-8, orientation already normalised to 1. */
  readonly xmp?: Uint8Array;
  /** IPTC as Photoshop image resources (`8BIM` blocks) or as a bare IIM record (`0x1c`). */
  readonly iptc?: Uint8Array;
  /** PNG text and colour chunks (`tEXt`, `zTXt`, `iTXt`, `gAMA`, `cHRM`, `sRGB`, `cICP`, `pHYs`, `tIME`). */
  readonly pngChunks?: readonly PngChunk[];
}

/** A decoded photo. `notes` are sentences for people: what was converted or could not be kept, and why. */
export interface Photo {
  readonly pixels: Pixels8;
  /** One byte a pixel, 0 transparent to 255 opaque, row by row; absent when the file has no alpha channel. */
  readonly alpha?: Uint8Array;
  readonly metadata: PhotoMetadata;
  readonly format: InputFormat;
  /** Bits a channel in the file; more than 8 are rounded to 8, with a note. */
  readonly bitsPerChannel: number;
  readonly notes: readonly string[];
}
