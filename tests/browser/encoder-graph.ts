/*
 * The gradient program that the browser and the CPU are compared on: the norm of an encoder's latent by the image.
 * Nothing here may import a module of Node.
 */
import { type Graph, GraphBuilder } from 'onnx-grad';
import type { Autoencoder } from 'photoguard/models';

/** Input `image` [1, 3, size, size] in [-1, 1]; output `loss`. */
export function encoderGraph(autoencoder: Pick<Autoencoder, 'encode'>, size: number): Graph {
  const g = new GraphBuilder('encoder');
  const { mean } = autoencoder.encode(g, g.input('image', 'float32', [1, 3, size, size]));
  g.output('loss', g.reduce('ReduceL2', mean, [0, 1, 2, 3], false));
  return g.build();
}

/** A smooth picture with some texture, [1, 3, size, size] in [-1, 1]. */
export const testImage = (size: number): Float32Array =>
  Float32Array.from({ length: 3 * size * size }, (_, i) => {
    const [x, y, c] = [i % size, Math.floor(i / size) % size, Math.floor(i / size / size)];
    return 0.6 * Math.sin(x / 5 + c) * Math.cos(y / 7) + 0.3 * Math.sin(1.7 * x + 2.3 * y);
  });
