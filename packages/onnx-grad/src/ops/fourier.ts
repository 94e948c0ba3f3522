// DFT and STFT as products with matrices of cosines and sines: quadratic in the length, which is fine for windows of
// sound and rows of pictures. Complex numbers are a last axis of two, real ones a last axis of one.
import type { Builder } from '../graph/builder.ts';
import { fromNumbers } from '../graph/dtype.ts';
import { GraphError } from '../graph/error.ts';
import type { Value } from '../graph/graph.ts';
import { normalizeAxis } from '../graph/shape.ts';
import { readNumber } from './attributes.ts';
import { multiplyAxis } from './axis-product.ts';
import type { InferContext, Operator } from './operator.ts';

/** The greatest length that is transformed by matrices: at 2^12, each takes 64 MB in float32. */
const LONGEST = 2 ** 12;

interface Transform {
  readonly axis: number;
  /** Elements that are transformed; the input is cut or padded with zeros. */
  readonly length: number;
  readonly inverse: boolean;
  /** Only the part that does not follow from symmetry: length / 2 + 1. */
  readonly onesided: boolean;
}

const countBins = ({ length, onesided }: Transform): number => (onesided ? Math.floor(length / 2) + 1 : length);

// Part 0 (real) or 1 (imaginary) of a value [..., 1 or 2], without the last axis; undefined if it is 0.
function part(g: Builder, x: Value, k: number): Value | undefined {
  const last = x.shape.length - 1;
  if (k >= x.shape[last]!) return undefined;
  return g.reshape(g.slice(x, [last], [k], [k + 1]), x.shape.slice(0, -1));
}

// The transform along an axis of a value [..., 1 or 2]: [..., 2].
function transform(g: Builder, x: Value, how: Transform): Value {
  const { axis, length, inverse } = how;
  if (length > LONGEST)
    throw new GraphError('no-gradient', `a transform of ${length} elements; the gradient is for up to ${LONGEST}`);
  const present = Math.min(length, x.shape[axis]!);
  const cut = g.slice(x, [axis], [0], [present]);
  const turn = ((inverse ? 2 : -2) * Math.PI) / length;
  const matrix = (f: (angle: number) => number): Float64Array[] =>
    Array.from({ length: countBins(how) }, (_, k) =>
      Float64Array.from({ length: present }, (_, t) => f(turn * ((k * t) % length)) / (inverse ? length : 1)),
    );
  const [cosines, sines] = [matrix(Math.cos), matrix(Math.sin)];
  const [real, imaginary] = [part(g, cut, 0)!, part(g, cut, 1)];
  const along = (rows: readonly Float64Array[], value: Value): Value => multiplyAxis(g, rows, value, axis);
  // (a + i b)(cos + i sin)
  const results = imaginary
    ? [g.sub(along(cosines, real), along(sines, imaginary)), g.add(along(sines, real), along(cosines, imaginary))]
    : [along(cosines, real), along(sines, real)];
  return g.concat(
    results.map((value) => g.reshape(value, [...value.shape, 1])),
    real.shape.length,
  );
}

function readDft({
  I,
  inputs,
  numbers,
  attributes,
}: Pick<InferContext, 'I' | 'inputs' | 'numbers' | 'attributes'>): Transform {
  const { shape } = I(0);
  if (shape.length < 2 || shape.at(-1)! > 2)
    throw new GraphError('shape', `numbers are a last axis of one (real) or two (complex), not [${shape}]`);
  const axis = normalizeAxis(inputs[2] ? numbers(2)[0]! : -2, shape.length);
  const [inverse, onesided] = [readNumber(attributes, 'inverse', 0) === 1, readNumber(attributes, 'onesided', 0) === 1];
  if (axis === shape.length - 1) throw new GraphError('shape', 'the last axis holds the parts of complex numbers');
  if (inverse && onesided) throw new GraphError('attribute', 'an inverse transform is not one-sided');
  return { axis, length: inputs[1] ? numbers(1)[0]! : shape[axis]!, inverse, onesided };
}

/** Discrete Fourier transform along an axis (input 2) of a length (input 1); both are constants. */
export const DFT: Operator = {
  name: 'DFT',
  arity: [1, 3],
  attributes: { inverse: 'int', onesided: 'int' },
  infer: (context) => {
    const how = readDft(context);
    const { dtype, shape } = context.I(0);
    return [{ dtype, shape: [...shape.slice(0, -1).map((n, i) => (i === how.axis ? countBins(how) : n)), 2] }];
  },
  decompose: (context) => [transform(context.g, context.I(0), readDft(context))],
};

function readStft({ I, inputs, numbers, attributes }: Pick<InferContext, 'I' | 'inputs' | 'numbers' | 'attributes'>) {
  const { shape } = I(0);
  const step = numbers(1)[0]!;
  const length = inputs[3] ? numbers(3)[0]! : (inputs[2]?.shape[0] ?? 0);
  if (shape.length !== 3 || shape[2]! > 2)
    throw new GraphError('shape', `a signal is [N, length, 1 or 2], not [${shape}]`);
  if (!(step >= 1) || !(length >= 1) || length > shape[1]!)
    throw new GraphError('shape', `frames of ${length} every ${step} do not fit a signal of ${shape[1]}`);
  if (inputs[2] && inputs[2].shape[0] !== length)
    throw new GraphError('shape', `a window [${inputs[2].shape}] for frames of ${length}`);
  const onesided = readNumber(attributes, 'onesided', 1) === 1;
  const how: Transform = { axis: 2, length, inverse: false, onesided };
  return { step, frames: Math.floor((shape[1]! - length) / step) + 1, how };
}

/** Fourier transforms of frames of a signal [N, length, 1 or 2]; inputs: step, window, frame length. */
export const STFT: Operator = {
  name: 'STFT',
  arity: [2, 4],
  attributes: { onesided: 'int' },
  infer: (context) => {
    const { frames, how } = readStft(context);
    return [{ dtype: context.I(0).dtype, shape: [context.I(0).shape[0]!, frames, countBins(how), 2] }];
  },
  decompose: (context) => {
    const { g, I, inputs } = context;
    const { step, frames, how } = readStft(context);
    const places = Array.from(
      { length: frames * how.length },
      (_, i) => Math.floor(i / how.length) * step + (i % how.length),
    );
    const shape = [frames, how.length];
    const indices = g.constant({ dtype: 'int64', shape, data: fromNumbers('int64', places) });
    const framed = g.op('Gather', [I(0), indices], { axis: 1 });
    const window = inputs[2] && g.reshape(inputs[2], [how.length, 1]);
    return [transform(g, window ? g.mul(framed, window) : framed, how)];
  },
};
