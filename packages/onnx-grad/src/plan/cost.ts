// The work of a node: multiplications and additions of convolutions and matrix products; for everything else the
// elements that it writes, weighted by the relative cost of memory traffic.
import type { Graph, Node } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import { livingNodes } from './liveness.ts';

/** Floating-point operations that take as long as writing an element. */
const PER_ELEMENT = 20;

/** Floating-point operations of a convolution or matrix product; 0 for other nodes. */
export function productFlops(node: Node): number {
  const [x, w] = node.inputs;
  const y = node.outputs[0];
  if (!x || !w || !y) return 0;
  if (node.op === 'Conv') return 2 * sizeOf(y.shape) * sizeOf(w.shape.slice(1));
  if (node.op === 'ConvTranspose') return 2 * sizeOf(x.shape) * sizeOf(w.shape.slice(1));
  if (node.op === 'MatMul' || node.op === 'Gemm') return 2 * sizeOf(y.shape) * x.shape.at(-1)!;
  return 0;
}

/** Work of a node, in floating-point operations. */
export const estimateWork = (node: Node): number =>
  productFlops(node) + PER_ELEMENT * node.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Floating-point operations of all convolutions and matrix products that a run of the graph does. */
export const graphFlops = (graph: Graph): number =>
  livingNodes(graph).reduce((sum, node) => sum + productFlops(node), 0);
