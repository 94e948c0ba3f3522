// What an autoencoder makes of an image: decode(encode(image)). Shown to people beside the photo, since it is the first
// thing that an editor does to it.
import { GraphBuilder } from 'onnx-grad';
import type { Image01, Pixels8, Size } from '../image/index.ts';
import { resizePixels } from '../image/index.ts';
import type { Autoencoder } from '../models/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { EDITOR_RESIZE } from './lens.ts';

/** Reconstructions of photos at `size`, clipped to [0, 1], in their order. @throws PhotoGuardError when stopped */
export async function reconstruct(
  runtime: Runtime,
  autoencoder: Autoencoder,
  size: Size,
  photos: readonly (Pixels8 | Image01)[],
  signal?: AbortSignal,
): Promise<Image01[]> {
  const g = new GraphBuilder('reconstruct');
  const image = g.input('image', 'float32', [1, 3, size.height, size.width]);
  const { mean } = autoencoder.encode(g, g.shift(g.scale(image, 2), -1));
  const decoded = g.scale(g.shift(autoencoder.decode(g, mean), 1), 0.5);
  g.output('reconstruction', g.op('Clip', [decoded, g.scalar(0), g.scalar(1)]));
  const options = signal ? { signal } : {};
  const program = await runtime.load(g.build(), options);
  try {
    const results: Image01[] = [];
    for (const one of photos) {
      const { reconstruction } = await program.run({ image: resizePixels(one, size, EDITOR_RESIZE).data }, options);
      results.push({ ...size, channels: 3, data: reconstruction as Float32Array });
    }
    return results;
  } finally {
    await program.release();
  }
}
