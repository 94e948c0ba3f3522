// A model of the hub as a network that photos are protected against, or that measures: its weights are in the page's private file
// system once somebody has fetched them.
import { HUB } from 'virtual:hub';
import { PhotoGuardError } from 'photoguard/errors';
import { blobSource, buildAutoencoder, readCheckpoint } from 'photoguard/models';
import { readWeights } from '../hub/hub-files.ts';
import type { Network, Networks } from './networks.ts';

/** All networks, with those of the hub that are named. @throws PhotoGuardError `not-found` for one that is not here */
export async function withHub({ all, files }: Networks, names: readonly string[]): Promise<readonly Network[]> {
  const networks = [...all];
  for (const { id, sha256, config } of HUB.models.filter(({ id }) => names.includes(id))) {
    const weights = await readWeights(sha256);
    if (!weights)
      throw new PhotoGuardError('not-found', `the model ${id} is not in this browser`, {
        hint: 'fetch it under "Models of the hub", or choose another network',
      });
    files.set(id, weights);
    const autoencoder = buildAutoencoder(config, await readCheckpoint(id, [blobSource(id, weights)]));
    networks.push({ ref: id, autoencoder, sha256 });
  }
  return networks;
}
