// One step of a transform on floats, for images of one size, in one of three forms, each with its gradient:
//   separable   a banded matrix along each axis: resizes, crops, blurs. Its gradient is the transposed matrices.
//   affine      gain x + offset: noise, contrast.
//   graph       operators of onnx-grad. Values that vary between draws are inputs, so that all draws share one program.
import type { GraphBuilder, Shape, Value } from 'onnx-grad';
import type { BandMatrix } from '../image/index.ts';

/** down X along^T for each channel: matrices [width after, width before] and [height after, height before]. */
export interface SeparablePass {
  readonly kind: 'separable';
  readonly along: BandMatrix;
  readonly down: BandMatrix;
}

/** gain x + offset, in [0, 1] units; the offset is one number, or one for each value in the planar layout. */
export interface AffinePass {
  readonly kind: 'affine';
  readonly gain: number;
  readonly offset: number | Float32Array;
}

/** Adds an input to the graph, or a constant instead. */
export type InputOf = (name: string, shape: Shape) => Value;

/** Operators on an image [1, 3, H, W]. */
export interface GraphPass {
  readonly kind: 'graph';
  /** Passes with the same name write the same graph for the same size; only their feeds differ. */
  readonly name: string;
  readonly write: (g: GraphBuilder, image: Value, input: InputOf) => Value;
  readonly feeds: Readonly<Record<string, Float32Array>>;
}

/** See the head of this file. */
export type Pass = SeparablePass | AffinePass | GraphPass;
