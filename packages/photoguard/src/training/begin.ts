// Initial values of weights from a trained model, to continue training it.
import { sizeOf } from 'onnx-grad';
import { PhotoGuardError } from '../errors.ts';
import { openCheckpoint } from '../models/node/index.ts';
import type { Initialise } from './parameters.ts';

/** Initial values of a model's weights. */
export interface Beginning {
  readonly first: Initialise;
  /** Whether the model has a weight of this name, in one of the known layouts. Default: all that are requested. */
  readonly has?: (name: string) => boolean;
}

/**
 * A model's weights as initial values.
 * @throws PhotoGuardError `checkpoint` for a damaged file, or, when a weight is requested, another architecture
 */
export async function beginAs(path: string): Promise<Beginning> {
  const checkpoint = await openCheckpoint(path);
  const values = new Map<string, Float32Array>();
  for (const name of checkpoint.names()) values.set(name, await checkpoint.readTensor(name));
  const first: Initialise = (name, shape) => {
    const found = values.get(name);
    if (found?.length === sizeOf(shape)) return found;
    throw new PhotoGuardError('checkpoint', `${path} has no ${name} of shape [${shape}]`, {
      got: found ? `${found.length} values` : 'nothing',
      hint: 'a training can only begin as a model of the same architecture and vocabulary',
    });
  };
  return { first, has: (name) => values.has(name) };
}
