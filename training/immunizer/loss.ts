// What an immunizer is asked to learn: a change that moves the latents of surrogates as far as it can, after whatever happens
// to a photo on its way, and is as little to be seen as it can.
//
// Changes of a batch are scaled together to one root-mean-square size, that of the recipe `protect`. What they move is divided by
// what FLIP says of them, to a power, where that is more than the recipe allows: they would have to be made smaller. FLIP alone
// would be no bound: it takes patterns of single pixels so lightly that mere noise would win. Half of a batch is seen by each
// network.
import { type GraphBuilder, stopGradient, type Value } from 'onnx-grad';
import { writeFlip } from 'photoguard/metrics';
import type { Immunizer, SurrogateEncoder } from 'photoguard/models';
import { toSigned } from 'photoguard/view';
import type { BatchShape } from '../common/batch-shape.ts';
import { openUploads } from './uploads.ts';

/** Root-mean-square size and FLIP of a change of the recipe `protect`. */
const SIZE = 4.9 / 255;
const FLIP = 0.07;
/** Change of displacement for a change of FLIP, both relative: what a change gains when it is made larger. */
const GAIN = 1.25;
/** Sharpness of the weights of spaces, as in the objective of the attack. */
const SHARPNESS = 10;
const LEAST = 1e-12;
const ALL = [0, 1, 2, 3];
const EACH = [1, 2, 3];

/** The graph's parts. */
export interface LossOptions {
  /** Undefined: the change is the input `change`, [size, 3, side, side], as that of an immunizer. */
  readonly immunizer?: Immunizer;
  /** As many as divide a batch. */
  readonly networks: readonly SurrogateEncoder[];
  readonly shape: BatchShape;
}

/**
 * Writes `loss`, `moved` (displacement, mean of spaces), `least` (of the space that moves least) and `flip`. Inputs: `image`
 * [size, 3, side, side] in [0, 1], `share` [size, 1, side, side] (how large a change may be at each place), those of uploads.
 */
export function writeLoss(g: GraphBuilder, { immunizer, networks, shape }: LossOptions): void {
  const { size, side } = shape;
  const image = g.input('image', 'float32', [size, 3, side, side]);
  const share = g.input('share', 'float32', [size, 1, side, side]);
  const made = immunizer ? immunizer.change(g, toSigned(g, image)) : g.input('change', 'float32', image.shape);
  const change = withoutTone(g, g.mul(made, share), image);
  const norm = g.op('Sqrt', [g.shift(g.mean(g.mul(change, change), ALL), LEAST)]);
  const changed = g.op('Clip', [g.add(image, g.scale(g.div(change, norm), SIZE)), g.scalar(0), g.scalar(1)]);
  const upload = openUploads(g, shape);
  const moved = displacements(g, networks, upload(changed), upload(image));
  const flip = g.mean(writeFlip(g, image, changed), [0], false);
  const weights = g.op('Softmax', [g.scale(stopGradient(g, moved), -SHARPNESS)], { axis: 0 });
  const strength = g.sum(g.mul(moved, weights), [0], false);
  const over = g.op('Max', [g.scale(flip, 1 / FLIP), g.scalar(1)]);
  const worth = g.op('Pow', [over, g.scalar(-GAIN)]);
  g.output('loss', g.scale(g.mul(strength, worth), -1));
  g.output('moved', g.mean(moved, [0], false));
  g.output('least', g.reduce('ReduceMin', moved, [0], false));
  g.output('flip', flip);
}

// The change without what a gain and an offset of the picture could do: a change of tone protects nothing.
function withoutTone(g: GraphBuilder, change: Value, image: Value): Value {
  const centred = (x: Value): Value => g.sub(x, g.mean(x, EACH));
  const [moved, content] = [centred(change), centred(image)];
  const gain = g.div(g.mean(g.mul(moved, content), EACH), g.shift(g.mean(g.mul(content, content), EACH), LEAST));
  return g.sub(moved, g.mul(gain, content));
}

// [spaces]: how far each space moves, mean over crops. The unit is the crop's own content, mixed with that of the batch, so
// that flat crops do not count for more than others.
function displacements(g: GraphBuilder, networks: readonly SurrogateEncoder[], changed: Value, clean: Value): Value {
  const count = clean.shape[0]! / networks.length;
  const byNetwork = networks.map(({ spaces }, n) => {
    const part = (x: Value): Value => toSigned(g, g.slice(x, [0], [n * count], [(n + 1) * count]));
    const [from, to] = [part(clean), part(changed)];
    return spaces.map((encoder): Value => {
      const before = encoder.encode(g, from).mean;
      const way = g.sub(encoder.encode(g, to).mean, before);
      const content = g.sub(before, g.mean(before, [2, 3]));
      const squares = g.sum(g.mul(content, content), EACH, false);
      const unit = g.scale(g.add(squares, g.mean(squares, [0])), 0.5);
      const distance = g.op('Sqrt', [g.shift(g.sum(g.mul(way, way), EACH, false), LEAST)]);
      return g.mean(g.div(distance, g.op('Sqrt', [g.shift(unit, LEAST)])), [0]);
    });
  });
  const spaces = byNetwork[0]!.map((_, k) =>
    g.scale(
      byNetwork.map((network) => network[k]!).reduce((sum, one) => g.add(sum, one)),
      1 / networks.length,
    ),
  );
  return g.concat(spaces, 0);
}
