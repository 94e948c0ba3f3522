// The tables of what each device lacks. wasm and the native devices run every operator that graphs are written in, on
// their CPU kernels where they have no other; so does WebGPU, but a node on the CPU in the middle of a graph costs two
// copies over the bus, and fails where fall-back is forbidden. What is not listed runs as it is (tested operator by
// operator on a software adapter; docs/operators.md). Left to the CPU on purpose: IsNaN and IsInf, because shaders may
// assume that there is no such number, and arithmetic on int64, which static shapes fold away.

import { logSoftmax, selu, softsign } from './activations.ts';
import { narrowCast } from './cast.ts';
import { conv, convTranspose } from './conv.ts';
import { resizeByMatrices } from './resize.ts';
import type { RewriteTable } from './rewrite.ts';
import { floatMod, round, sign } from './rounding.ts';
import { spaceToDepth } from './space.ts';
import { meanOfMany, sumOfMany } from './sums.ts';

const WEBGPU: RewriteTable = Object.freeze({
  Cast: narrowCast,
  Conv: conv,
  ConvTranspose: convTranspose,
  LogSoftmax: logSoftmax,
  Mean: meanOfMany,
  Mod: floatMod,
  Resize: resizeByMatrices,
  Round: round,
  Selu: selu,
  Sign: sign,
  Softsign: softsign,
  SpaceToDepth: spaceToDepth,
  Sum: sumOfMany,
});

/** Rewrites by device; a device that is not here runs everything. */
export const LOWERINGS: Readonly<Record<string, RewriteTable>> = Object.freeze({ webgpu: WEBGPU });
