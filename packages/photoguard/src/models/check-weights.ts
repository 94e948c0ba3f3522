// Whether a checkpoint holds what an architecture calls for: the model is written into a graph, which asks for every
// weight in its shape, and what it did not ask for is left over.
import { GraphBuilder } from 'onnx-grad';
import type { Autoencoder } from './autoencoder/autoencoder.ts';
import type { Checkpoint } from './safetensors/checkpoint.ts';

/** Latent positions on each side of the graph that is made for the check; small, since it never runs. */
const LATENT_SIDE = 8;

/**
 * Names of tensors that neither encoder nor decoder uses: extra keys, or the rest of a whole pipeline in one file.
 * @throws PhotoGuardError `checkpoint` for the first weight that is missing or of another shape
 */
export function unusedWeights(autoencoder: Autoencoder, checkpoint: Checkpoint): string[] {
  const side = LATENT_SIDE * autoencoder.factor;
  const g = new GraphBuilder('check');
  const { mean } = autoencoder.encode(g, g.input('image', 'float32', [1, 3, side, side]));
  g.output('latent', mean);
  const latent = g.input('z', 'float32', [1, autoencoder.latentChannels, LATENT_SIDE, LATENT_SIDE]);
  g.output('image_again', autoencoder.decode(g, latent));
  const used = new Set(g.build().initializers.values());
  return checkpoint.names().filter((name) => !used.has(checkpoint.get(name)!));
}
