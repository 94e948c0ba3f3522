// The tables of what each device lacks. wasm and the native devices run every operator that graphs use, on CPU kernels
// if they have no other; so does WebGPU, but a node on the CPU in the middle of a graph costs two copies over the bus,
// and fails if fallback is forbidden. Operators that are not listed run as they are (tested operator by operator on a
// software adapter; docs/operators.md). Left to the CPU on purpose: IsNaN and IsInf, because shaders may assume that
// such numbers do not occur, and int64 arithmetic, which static shapes fold away.

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
