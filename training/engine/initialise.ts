// Initial values of weights, as in PyTorch and transformers. A weight's values depend only on its name and the seed.
import { type Shape, sizeOf } from 'onnx-grad';
import { Random } from 'photoguard/random';
import type { Initialise } from 'photoguard/training';
import { weightStream } from '../common/streams.ts';

const filled = (shape: Shape, value: number): Float32Array => new Float32Array(sizeOf(shape)).fill(value);
const isNorm = (name: string): boolean => /norm\d*\.(weight|bias)$/.test(name);

/** Norms begin as the identity; `other` draws the rest. */
const withNorms =
  (other: Initialise): Initialise =>
  (name, shape, findShape) =>
    isNorm(name) ? filled(shape, name.endsWith('.weight') ? 1 : 0) : other(name, shape, findShape);

/** PyTorch's default for linear layers and convolutions: uniform within 1 / sqrt(inputs), the bias too. */
export function uniformByInputs(seed: number): Initialise {
  return withNorms((name, shape, findShape) => {
    const weight = name.endsWith('.bias') ? (findShape(name.replace(/bias$/, 'weight')) ?? shape) : shape;
    const bound = 1 / Math.sqrt(sizeOf(weight.slice(1)));
    return drawer(name, seed).uniform(sizeOf(shape), -bound, bound);
  });
}

/**
 * A diffusion UNet: the default, but each residual branch begins as the identity and the output as zero (what
 * `isZero` names).
 */
export function unetInitialise(seed: number): Initialise {
  const other = uniformByInputs(seed);
  const isZero = (name: string): boolean => /^conv_out\.|\.conv2\.|\.proj_out\./.test(name);
  return (name, shape, findShape) => (isZero(name) ? filled(shape, 0) : other(name, shape, findShape));
}

/** CLIP's text encoder, as transformers' CLIPTextModel (initializer_factor 1) draws it. */
export function clipInitialise(seed: number, { width, layers }: { width: number; layers: number }): Initialise {
  return withNorms((name, shape) => {
    if (name.endsWith('.bias')) return filled(shape, 0);
    const deviation = name.includes('embedding')
      ? 0.02
      : name.includes('out_proj')
        ? width ** -0.5
        : name.includes('fc1')
          ? (2 * width) ** -0.5
          : width ** -0.5 * (2 * layers) ** -0.5;
    return drawer(name, seed)
      .normal(sizeOf(shape))
      .map((value) => deviation * value);
  });
}

function drawer(name: string, seed: number): Random {
  let stream = 2166136261; // FNV-1a
  for (const byte of new TextEncoder().encode(name)) stream = Math.imul(stream ^ byte, 16777619);
  return new Random(seed, weightStream(stream));
}
