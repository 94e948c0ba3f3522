// An autoencoder's reconstruction of a photo: decode(encode(photo)). It is shown next to the photo, since it is the
// first thing that an editor does to it.
import { type Graph, GraphBuilder, planMemory } from 'onnx-grad';
import type { Image01, Size } from '../image/index.ts';
import type { Autoencoder } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { roundTrip } from './round-trip.ts';

/**
 * Reconstructions of images, clipped to [0, 1], in the same order; all images have the given size.
 * @throws PhotoGuardError when stopped
 */
export async function reconstruct(
  runtime: Runtime,
  autoencoder: Autoencoder,
  size: Size,
  images: readonly Image01[],
  signal?: AbortSignal,
): Promise<Image01[]> {
  const graph = reconstructionGraph(autoencoder, size);
  const programs = runtime.programs.lease();
  try {
    const results: Image01[] = [];
    for (const { data } of images) {
      const { reconstruction } = await programs.run(graph, { image: data }, { signal });
      results.push({ ...size, channels: 3, data: reconstruction as Float32Array });
    }
    return results;
  } finally {
    await programs.release();
  }
}

/** Bytes that the program of {@link reconstruct} is expected to take. */
export const reconstructionBytes = (autoencoder: Autoencoder, size: Size): number =>
  planMemory(reconstructionGraph(autoencoder, size)).bytes;

function reconstructionGraph(autoencoder: Autoencoder, size: Size): Graph {
  const g = new GraphBuilder('reconstruct');
  const image = g.input('image', 'float32', [1, 3, size.height, size.width]);
  g.output('reconstruction', g.op('Clip', [roundTrip(g, autoencoder, image), g.scalar(0), g.scalar(1)]));
  return g.build();
}
