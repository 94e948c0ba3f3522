// Attacks on crops, so that a student learns what its teacher sees in attacked photos. The objective is the one that
// protections use: away from the latent of the photo as it is, from a random start, along signs of the gradient.
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import type { Encoder } from 'photoguard/models';
import { Random } from 'photoguard/random';
import type { Program, Runtime } from 'photoguard/runtime';
import { Draws } from 'photoguard/training';
import { latentsGraph, toSigned } from 'photoguard/view';
import { type BatchShape, pictureBatch } from '../common/batch-shape.ts';
import { STREAMS } from '../common/streams.ts';

/** Range of the bound of a change, where pixels are in [0, 1], and the numbers of steps that lead to it. */
const EPS = [2 / 255, 16 / 255] as const;
const STEP_COUNTS = [1, 2, 4, 8] as const;
/** Sides of the squares over which a gradient is averaged: those above 1 make changes that survive a resize. */
const SQUARES = [1, 1, 2, 4] as const;

/** An encoder to attack, and the deviation of each channel of its latent. */
export interface Attacked {
  readonly encoder: Encoder;
  readonly deviation: readonly number[];
}

// The gradient by `image` of how far its latents are from `latent.<k>`, each channel in units of its deviation.
function awayGraph(attacked: readonly Attacked[], { size, side }: BatchShape): Graph {
  const g = new GraphBuilder('away');
  const image = g.input('image', 'float32', [size, 3, side, side]);
  const losses = attacked.map(({ encoder, deviation }, k): Value => {
    const { mean } = encoder.encode(g, toSigned(g, image));
    const from = g.input(`latent.${k}`, 'float32', mean.shape);
    const data = Float32Array.from(deviation, (d) => 1 / d);
    const unit = g.constant({ dtype: 'float32', shape: [1, deviation.length, 1, 1], data });
    const moved = g.mul(g.sub(mean, from), unit);
    return g.mean(g.mul(moved, moved), [0, 1, 2, 3], false);
  });
  g.output(
    'loss',
    losses.reduce((sum, loss) => g.add(sum, loss)),
  );
  return grad(g.build(), { loss: 'loss', wrt: ['image'] });
}

/** Attacks batches of one shape. */
export interface CropAttack {
  /** A batch in [0, 1], attacked. What is drawn depends on the seed and the batch's number only. */
  attack(image: Float32Array, draw: { readonly seed: number; readonly index: number }): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads an attack on one encoder, or on several at once. */
export async function openCropAttack(
  runtime: Runtime,
  encoders: readonly Attacked[],
  shape: BatchShape,
): Promise<CropAttack> {
  const networks = encoders.map(({ encoder }) => encoder);
  const encode = await runtime.load(latentsGraph(networks, pictureBatch(shape)));
  const away = await runtime.load(awayGraph(encoders, shape));
  return {
    attack: (image, draw) => attacked({ encode, away }, image, shape, draw),
    release: async () => {
      await encode.release();
      await away.release();
    },
  };
}

async function attacked(
  { encode, away }: { readonly encode: Program; readonly away: Program },
  image: Float32Array,
  { size, side }: BatchShape,
  { seed, index }: { readonly seed: number; readonly index: number },
): Promise<Float32Array> {
  const latents = await encode.run({ image });
  const draws = new Draws(seed, STREAMS.surrogateAttacks(index));
  const eps = Array.from({ length: size }, () => EPS[0] + draws.next() * (EPS[1] - EPS[0]));
  const steps = draws.pick(STEP_COUNTS);
  const square = draws.pick(SQUARES);
  const start = new Random(seed, STREAMS.surrogateStarts(index)).uniform(image.length, -1, 1);
  const each = 3 * side * side;
  const within = (value: number, i: number): number => {
    const most = eps[Math.floor(i / each)]!;
    return Math.min(Math.max(value, image[i]! - most, 0), image[i]! + most, 1);
  };
  let seen = image.map((value, i) => within(value + eps[Math.floor(i / each)]! * start[i]!, i));
  for (let step = 0; step < steps; step++) {
    const gradient = (await away.run({ image: seen, ...latents }))['grad.image'] as Float32Array;
    averageSquares(gradient, side, square);
    const share = steps === 1 ? 2 : 1.5 / steps;
    seen = seen.map((value, i) => within(value + share * eps[Math.floor(i / each)]! * Math.sign(gradient[i]!), i));
  }
  return seen;
}

// Replaces each square of so many pixels by its sum: signs alone are used.
function averageSquares(planes: Float32Array, side: number, square: number): void {
  if (square === 1) return;
  for (let plane = 0; plane < planes.length; plane += side * side)
    for (let y = 0; y < side; y += square)
      for (let x = 0; x < side; x += square) {
        let sum = 0;
        for (let dy = 0; dy < square; dy++)
          for (let dx = 0; dx < square; dx++) sum += planes[plane + (y + dy) * side + x + dx]!;
        for (let dy = 0; dy < square; dy++)
          for (let dx = 0; dx < square; dx++) planes[plane + (y + dy) * side + x + dx] = sum;
      }
}
