// The surrogates, and the weights of all models that this visit has loaded.
import { SURROGATES } from 'virtual:surrogates';
import type { AttackModel } from 'photoguard/attacks';
import { blobSource, type Encoder, parseSurrogateConfig, readCheckpoint, SurrogateEncoder } from 'photoguard/models';
import { type OnShare, pageFile } from './page-file.ts';

/** A network that photos are protected against. */
export type Network = Omit<AttackModel<Encoder>, 'size'> & { readonly sha256: string };

/** Networks, and weights by the name that graphs have for them: of other models too, once they are loaded. */
export interface Networks {
  readonly all: readonly Network[];
  readonly files: Map<string, Blob>;
}

/** Bytes of all weights. */
const NETWORK_BYTES = SURROGATES.reduce((sum, { bytes }) => sum + bytes, 0);

/** @throws PhotoGuardError `network` or `integrity` where they cannot be had */
export async function loadNetworks(onShare: OnShare): Promise<Networks> {
  const files = new Map<string, Blob>();
  const all: Network[] = [];
  let received = 0;
  for (const weights of SURROGATES) {
    const { name, sha256, config, bytes } = weights;
    const file = `${name}.safetensors`;
    const blob = await pageFile(weights, (part) => onShare((received + part) / NETWORK_BYTES, NETWORK_BYTES));
    received += bytes;
    files.set(file, blob);
    const surrogate = new SurrogateEncoder(
      parseSurrogateConfig(config),
      await readCheckpoint(name, [blobSource(file, blob)]),
    );
    const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
    all.push({ ref: `surrogates/${name}`, autoencoder: spaces[0]!.encoder, spaces, sha256 });
  }
  return { all, files };
}

/** A network in some of its latent spaces. Default: in all. */
export function inSpaces(network: Network, names: readonly string[] | undefined): Network {
  if (!names || !network.spaces) return network;
  const spaces = network.spaces.filter(({ space }) => names.includes(space));
  return { ...network, spaces, autoencoder: spaces[0]!.encoder };
}
