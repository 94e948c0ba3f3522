// First values of weights from a model that was trained before: a training that goes on from there.
import { sizeOf } from 'onnx-grad';
import { PhotoGuardError } from 'photoguard/errors';
import { openCheckpoint } from 'photoguard/models/node';
import type { Initialise } from './initialise.ts';

/** First values of a model's weights. */
export interface Beginning {
  readonly first: Initialise;
  /** Whether the model has a weight of this name, of the layouts that are known. Default: each that is asked for. */
  readonly has?: (name: string) => boolean;
}

/**
 * A model's weights as first values.
 * @throws PhotoGuardError `checkpoint` for a file that is damaged, or, once a weight is asked for, of another architecture
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
