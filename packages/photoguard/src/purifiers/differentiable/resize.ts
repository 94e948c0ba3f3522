// A resize in a graph, by one product with a constant matrix along each axis: the weights of Pillow's filters, without
// the rounding to bytes between the passes.
import type { GraphBuilder, Value } from 'onnx-grad';
import { denseMatrix, type ResizeFilter, resizeMatrix, type Size } from '../../image/index.ts';

/** An image [1, C, H, W] at another size, antialiased as in Pillow. Not clipped. */
export function resizeInGraph(g: GraphBuilder, image: Value, size: Size, filter: ResizeFilter): Value {
  const [, , height, width] = image.shape as [number, number, number, number];
  const matrix = (from: number, to: number, transposed: boolean): Value => {
    const dense = denseMatrix(resizeMatrix(from, to, { filter }));
    const at = (i: number): number => (transposed ? dense[(i % to) * from + Math.floor(i / to)]! : dense[i]!);
    const data = Float32Array.from({ length: from * to }, (_, i) => at(i));
    return g.constant({ dtype: 'float32', shape: transposed ? [from, to] : [to, from], data });
  };
  const down = height === size.height ? image : g.op('MatMul', [matrix(height, size.height, false), image]);
  return width === size.width ? down : g.op('MatMul', [down, matrix(width, size.width, true)]);
}
