// Checks that a checkpoint has all weights of an architecture: the model is written into a graph, which requests every
// weight by its shape; tensors that it does not request are left over.
import { GraphBuilder } from 'onnx-grad';
import type { Autoencoder } from './autoencoder/autoencoder.ts';
import type { SurrogateEncoder } from './autoencoder/surrogate-encoder.ts';
import type { Checkpoint } from './safetensors/checkpoint.ts';

/** Latent positions on each side of the graph used for the check; small, since it is never run. */
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
  if (autoencoder.latentFormat) g.output('normalized', autoencoder.latentFormat.normalize(g, mean));
  const latent = g.input('z', 'float32', [1, autoencoder.latentChannels, LATENT_SIDE, LATENT_SIDE]);
  g.output('image_again', autoencoder.decode(g, latent));
  const used = new Set(g.build().initializers.values());
  return checkpoint.names().filter((name) => !used.has(checkpoint.get(name)!));
}

/** The same of a surrogate, with all its latent spaces. */
export function unusedSurrogateWeights({ spaces, factor }: SurrogateEncoder, checkpoint: Checkpoint): string[] {
  const g = new GraphBuilder('check');
  const side = LATENT_SIDE * factor;
  const image = g.input('image', 'float32', [1, 3, side, side]);
  for (const encoder of spaces) g.output(encoder.space, encoder.encode(g, image).mean);
  const used = new Set(g.build().initializers.values());
  return checkpoint.names().filter((name) => !used.has(checkpoint.get(name)!));
}
