// Passes as operators of one graph, for golden values and for graphs with a whole chain. Inputs of a program that runs
// a single pass (see-through.ts) are constants here.
import type { GraphBuilder, Value } from 'onnx-grad';
import { type BandMatrix, denseMatrix, transposeBand } from '../image/index.ts';
import type { Pass } from './pass.ts';

/** Writes passes in sequence, applied to an image [1, 3, H, W] in [0, 1]. Not clipped. */
export const writePasses = (g: GraphBuilder, image: Value, passes: readonly Pass[]): Value =>
  passes.reduce((value, pass) => writePass(g, value, pass), image);

function writePass(g: GraphBuilder, image: Value, pass: Pass): Value {
  const constant = (shape: readonly number[], data: Float32Array): Value =>
    g.constant({ dtype: 'float32', shape: [...shape], data });
  if (pass.kind === 'graph') return pass.write(g, image, (name, shape) => constant(shape, pass.feeds[name]!));
  if (pass.kind === 'affine') {
    const scaled = pass.gain === 1 ? image : g.scale(image, pass.gain);
    if (typeof pass.offset === 'number') return pass.offset === 0 ? scaled : g.shift(scaled, pass.offset);
    return g.add(scaled, constant(image.shape, pass.offset));
  }
  const { along, down } = pass;
  const dense = (matrix: BandMatrix): Value => constant([matrix.rows, matrix.columns], denseMatrix(matrix));
  const columns = isIdentity(down) ? image : g.op('MatMul', [dense(down), image]);
  return isIdentity(along) ? columns : g.op('MatMul', [columns, dense(transposeBand(along))]);
}

const isIdentity = ({ rows, columns, taps, starts, weights }: BandMatrix): boolean =>
  rows === columns && taps === 1 && starts.every((start, i) => start === i) && weights.every((w) => w === 1);
