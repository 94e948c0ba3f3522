// The encoder that is planted in: it begins as the model's own. The weights that are trained are a training's parameters, the
// others stay in their file.
import type { Shape } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import type { Autoencoder, TensorStore } from '../models/index.ts';
import { loadAutoencoder } from '../models/node/index.ts';
import { type FirstTensor, Parameters } from '../training/index.ts';
import { trainedIn } from './trained.ts';

/** An encoder and its weights. */
export interface Student {
  readonly autoencoder: Autoencoder;
  /** The trained ones; known once the encoder is in a graph. */
  trained(): ReadonlyMap<string, FirstTensor>;
}

/**
 * Opens the encoder of a model's folder.
 * @param choose which weights are trained, by the class. Default: {@link trainedIn}
 * @throws PhotoGuardError for one that cannot be read, or planted in
 */
export async function openStudent(
  model: string,
  choose: (architecture: string) => (name: string) => boolean = trainedIn,
): Promise<Student> {
  const { autoencoder, checkpoint } = await loadAutoencoder(model);
  const isTrained = choose(autoencoder.architecture);
  const values = new Map<string, Float32Array>();
  for (const name of checkpoint.names()) if (isTrained(name)) values.set(name, await checkpoint.readTensor(name));
  const first = (name: string, shape: Shape): Float32Array => {
    const found = values.get(name)!;
    if (found.length === shape.reduce((product, n) => product * n, 1)) return found;
    throw new PhotoGuardError('checkpoint', `${model}: ${name} should have shape [${shape}]`, {
      got: `${found.length} values`,
    });
  };
  const parameters = new Parameters(checkpoint.label, first, (name) => values.has(name));
  const store: TensorStore = {
    label: checkpoint.label,
    get: (name, shape) => (values.has(name) ? parameters.get(name, shape) : checkpoint.get(name)),
  };
  return { autoencoder: (await loadAutoencoder(model, () => store)).autoencoder, trained: () => parameters.tensors() };
}
