// What a small autoencoder learns from a large one of the same latent space (the teacher): its encoder to produce the
// teacher's latents, its decoder to reconstruct the picture from them.
import { type Graph, GraphBuilder, grad, type Value } from 'onnx-grad';
import type { Autoencoder } from 'photoguard/models';
import { fromSigned, toSigned } from 'photoguard/view';
import type { BatchShape } from '../common/batch-shape.ts';

/** Weight of the decoder's loss: pixels in [-1, 1], relative to latents scaled to variance 1. */
const DECODER_SHARE = 4;

const pictures = (g: GraphBuilder, { size, side }: BatchShape, name = 'image'): Value =>
  g.input(name, 'float32', [size, 3, side, side]);

const latents = (g: GraphBuilder, autoencoder: Autoencoder, { size, side }: BatchShape, name: string): Value => {
  const at = side / autoencoder.factor;
  return g.input(name, 'float32', [size, autoencoder.latentChannels, at, at]);
};

const meanSquare = (g: GraphBuilder, x: Value): Value =>
  g.mean(
    g.mul(x, x),
    x.shape.map((_, i) => i),
    false,
  );

/** `latent` to `image`, nominally in [0, 1]. */
export function decodeGraph(autoencoder: Autoencoder, shape: BatchShape): Graph {
  const g = new GraphBuilder('decode');
  const decoded = autoencoder.decode(g, latents(g, autoencoder, shape, 'latent'));
  g.output('image', fromSigned(g, decoded));
  return g.build();
}

/**
 * The loss of a student. Inputs: `seen` and the teacher's `latent` of it, for the encoder; `image` and the teacher's
 * `clean` latent of it, for the decoder. `deviation` is that of each channel of the teacher's latents.
 */
export function distilGraph(student: Autoencoder, shape: BatchShape, deviation: readonly number[]): Graph {
  const g = new GraphBuilder('distil');
  const wanted = latents(g, student, shape, 'latent');
  const reciprocal = g.constant({
    dtype: 'float32',
    shape: [1, deviation.length, 1, 1],
    data: Float32Array.from(deviation, (d) => 1 / d),
  });
  const encoded = student.encode(g, toSigned(g, pictures(g, shape, 'seen'))).mean;
  const encoder = meanSquare(g, g.mul(g.sub(encoded, wanted), reciprocal));
  const decoded = student.decode(g, latents(g, student, shape, 'clean'));
  const decoder = meanSquare(g, g.sub(decoded, toSigned(g, pictures(g, shape))));
  g.output('loss', g.add(encoder, g.scale(decoder, DECODER_SHARE)));
  g.output('encoder', encoder);
  g.output('decoder', decoder);
  return g.build();
}

/** The gradient by `image` of the distance of the student's latents to `target`, which an attack on it would follow. */
export function attackGraph(student: Autoencoder, shape: BatchShape): Graph {
  const g = new GraphBuilder('attack');
  const encoded = student.encode(g, toSigned(g, pictures(g, shape))).mean;
  g.output('loss', meanSquare(g, g.sub(encoded, latents(g, student, shape, 'target'))));
  return grad(g.build(), { loss: 'loss', wrt: ['image'] });
}
