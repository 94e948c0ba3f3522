// Surrogates small enough for every test run: random weights, of the shapes that the networks ask for.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphBuilder } from 'onnx-grad';
import { parseSurrogateConfig, SurrogateEncoder, type TensorStore, writeSafetensors } from 'photoguard/models';
import { Random } from 'photoguard/random';

/** A store that gives every weight that it is asked for random values, and remembers them. */
export class RandomStore implements TensorStore {
  readonly label = 'random weights';
  readonly tensors = new Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>();

  get(name: string, shape: readonly number[] = [0]) {
    const length = shape.reduce((a, b) => a * b, 1);
    const bound = 1 / Math.sqrt(Math.max(1, length / (shape[0] || 1)));
    const data = new Random(name.length + length).uniform(length, -bound, bound);
    this.tensors.set(name, { shape, data });
    return { dtype: 'float32' as const, shape, data };
  }
}

/** The config.json of a network for two latent spaces, an eighth of the image's sides. */
export const tinySurrogate = (design: 'strided' | 'pooled') => ({
  _class_name: 'SurrogateEncoder',
  ...{ design, channels: [4, 6, 6], blocks: [1, 0, 1] },
  spaces: [
    { name: 'sd1', mean: [0, 0.1, 0, 0], deviation: [1, 2, 1, 1] },
    { name: 'flux1', mean: [0, 0.5, 1], deviation: [1, 1, 3] },
  ],
});

/** Writes a folder of surrogates, one of each design. */
export function writeSurrogates(folder: string): void {
  const designs = ['strided', 'pooled'] as const;
  for (const design of designs) {
    const config = tinySurrogate(design);
    const store = new RandomStore();
    const g = new GraphBuilder('weights');
    const image = g.input('image', 'float32', [1, 3, 16, 16]);
    for (const encoder of new SurrogateEncoder(parseSurrogateConfig(config), store).spaces) encoder.encode(g, image);
    mkdirSync(join(folder, design), { recursive: true });
    writeFileSync(join(folder, design, 'config.json'), JSON.stringify(config));
    writeFileSync(join(folder, design, 'diffusion_pytorch_model.safetensors'), writeSafetensors(store.tensors));
  }
  writeFileSync(join(folder, 'surrogates.json'), JSON.stringify({ networks: designs }));
}
