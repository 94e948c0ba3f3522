// What happens to crops on their way, as the recipe `protect` expects it: nothing, JPEG, a scale and back, or both. Here it is
// one graph for all of that, with what is drawn as inputs, so that each crop of a batch has a draw of its own.
import type { GraphBuilder, Value } from 'onnx-grad';
import { denseMatrix, type PillowFilter, resizeMatrix } from 'photoguard/image';
import { Draws } from 'photoguard/training';
import { CHROMA, jpegPass, LUMA, tableAt } from 'photoguard/transforms';
import type { BatchShape } from '../common/batch-shape.ts';
import { concat } from '../common/concat.ts';
import { STREAMS } from '../common/streams.ts';

const QUALITY = [60, 95] as const;
const LEAST_SCALE = 0.4;
const FILTER: PillowFilter = 'bicubic';

/** Inputs of the graph of {@link openUploads}. */
export type UploadFeeds = Readonly<
  Record<'upload.resize' | 'upload.luma' | 'upload.colour' | 'upload.jpeg', Float32Array>
>;

/** Draws of a step: a chain for each crop. */
export function drawUploads({ size, side }: BatchShape, { seed, step }: { seed: number; step: number }): UploadFeeds {
  const draws = new Draws(seed, STREAMS.immunizerUploads(step));
  const chains = Array.from({ length: size }, () => {
    const [isResized, isCompressed] = draws.pick(CHAINS);
    const scale = LEAST_SCALE + draws.next() * (1 - LEAST_SCALE);
    return { scale: isResized ? scale : 1, quality: draws.between(...QUALITY), isCompressed };
  });
  return {
    'upload.resize': concat(
      Float32Array,
      chains.map(({ scale }) => thereAndBack(side, scale)),
    ),
    'upload.luma': concat(
      Float32Array,
      chains.map(({ quality }) => Float32Array.from(tableAt(LUMA, quality))),
    ),
    'upload.colour': concat(
      Float32Array,
      chains.flatMap(({ quality }) => Array.from({ length: 2 }, () => Float32Array.from(tableAt(CHROMA, quality)))),
    ),
    'upload.jpeg': Float32Array.from(chains, ({ isCompressed }) => (isCompressed ? 1 : 0)),
  };
}

/** Whether it is resized, and compressed. */
const CHAINS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

/** Adds the inputs to a graph. The result writes the draws of a batch, images [size, 3, side, side] in [0, 1]. */
export function openUploads(g: GraphBuilder, { size, side }: BatchShape): (image: Value) => Value {
  const resize = g.input('upload.resize', 'float32', [size, 1, side, side]);
  const back = g.transpose(resize, [0, 1, 3, 2]);
  const tables: Readonly<Record<string, Value>> = {
    luma: g.input('upload.luma', 'float32', [size, 1, 1, 8, 8]),
    colour: g.input('upload.colour', 'float32', [2 * size, 1, 1, 8, 8]),
  };
  const share = g.input('upload.jpeg', 'float32', [size, 1, 1, 1]);
  const jpeg = jpegPass({ quality: QUALITY[0] });
  return (image) => {
    const resized = g.op('MatMul', [g.op('MatMul', [resize, image]), back]);
    const compressed = jpeg.write(g, resized, (name) => tables[name]!);
    return g.add(resized, g.mul(share, g.sub(compressed, resized)));
  };
}

// Along one axis: smaller and back, as a matrix [side, side].
function thereAndBack(side: number, scale: number): Float32Array {
  const small = Math.max(1, Math.round(side * scale));
  const out = new Float32Array(side * side);
  if (small === side) {
    for (let i = 0; i < side; i++) out[i * side + i] = 1;
    return out;
  }
  const down = denseMatrix(resizeMatrix(side, small, { filter: FILTER }));
  const up = denseMatrix(resizeMatrix(small, side, { filter: FILTER }));
  for (let i = 0; i < side; i++)
    for (let k = 0; k < small; k++) {
      const weight = up[i * small + k]!;
      if (weight !== 0) for (let j = 0; j < side; j++) out[i * side + j]! += weight * down[k * side + j]!;
    }
  return out;
}
