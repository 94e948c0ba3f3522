// How far an image moves a network's latents from those of the clean photo, as graphs. One graph holds all encoders of a
// network, so that what they share is computed once.
import { type Gradient, type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import type { Size } from '../../image/index.ts';
import { latentsGraph, toSigned } from '../../view/index.ts';
import type { SpaceEncoder } from '../space-encoder.ts';

/** One or more encoders, of as many latent spaces; those of a network share its trunk. */
export interface Network {
  /** What people call it. */
  readonly ref: string;
  readonly encoders: readonly SpaceEncoder[];
}

/** The latents of a network, as `latentsGraph` gives them. */
export const networkLatents = ({ encoders }: Network, size: Size): Graph =>
  latentsGraph(
    encoders.map(({ encoder }) => encoder),
    size,
  );

/** Keeps the root of a sum of squares differentiable where nothing has moved yet. */
const LEAST = 1e-12;

const ALL = [0, 1, 2, 3];

/**
 * The gradient by `image` of `loss`: minus the sum of `displacement.<k>`, each times `weight.<k>`. A displacement is the
 * distance of a latent to `clean.<k>` in units of `unit.<k>` (the clean latent's own content: see `displacement`).
 * @param isTile whether only a part of the latents counts: that where `core.<k>` [1, 1, H, W] is 1, not 0
 */
export function awayGradient({ encoders }: Network, { width, height }: Size, isTile = false): Gradient {
  const g = new GraphBuilder('away');
  const image = g.input('image', 'float32', [1, 3, height, width]);
  const terms = encoders.map(({ encoder }, k): Value => {
    const { mean } = encoder.encode(g, toSigned(g, image));
    const all = g.sub(mean, g.input(`clean.${k}`, 'float32', mean.shape));
    const [, , rows, columns] = mean.shape as [number, number, number, number];
    const moved = isTile ? g.mul(all, g.input(`core.${k}`, 'float32', [1, 1, rows, columns])) : all;
    const distance = g.op('Sqrt', [g.shift(g.reduce('ReduceSum', g.mul(moved, moved), ALL, false), LEAST)]);
    const displacement = g.op('Div', [distance, g.reshape(g.input(`unit.${k}`, 'float32', [1]), [])]);
    g.output(`displacement.${k}`, displacement);
    return g.mul(displacement, g.reshape(g.input(`weight.${k}`, 'float32', [1]), []));
  });
  g.output(
    'loss',
    g.scale(
      terms.reduce((sum, term) => g.add(sum, term)),
      -1,
    ),
  );
  const keep = encoders.map((_, k) => `displacement.${k}`);
  return grad(g.build(), { loss: 'loss', wrt: ['image'], keep });
}
