// Loads the models of -m as victims of an attack: embedded, from the hub's cache, or from the hub.
import type { Victim } from 'photoguard/attacks';
import type { Autoencoder, Pipeline } from 'photoguard/models';
import {
  EMBEDDED,
  embeddedFolder,
  hasSurrogates,
  loadAutoencoder,
  loadPipeline,
  loadSurrogates,
  resolveModel,
} from 'photoguard/models/node';
import type { ProgressLine } from '#terminal';
import { defaultModel } from './default-model.ts';

/** A model, and the editor that it belongs to if that is available (for the embedded model). */
export interface LoadedVictim extends Victim<Autoencoder> {
  readonly pipeline?: Pipeline;
}

/** Loads models by reference. @throws PhotoGuardError for one that cannot be loaded, with a hint */
export async function loadVictims(
  refs: readonly string[] | undefined,
  { line, signal }: { line: ProgressLine; signal: AbortSignal },
): Promise<LoadedVictim[]> {
  const victims: LoadedVictim[] = [];
  for (const ref of refs ?? [defaultModel()]) {
    const { folder } = await resolveModel(ref, {
      signal,
      onProgress: ({ file, received, total }) =>
        line.show(`${ref}: ${file} ${(received / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`),
    });
    if (await hasSurrogates(folder)) {
      victims.push(...(await loadSurrogateVictims(ref, folder)));
      continue;
    }
    const { autoencoder } = await loadAutoencoder(folder);
    victims.push({ ref, autoencoder, ...(ref === EMBEDDED.ref && { pipeline: await loadPipeline(folder, ref) }) });
  }
  return victims;
}

/** The space whose latents the embedded model's decoder takes, for pictures of what an editor sees. */
const SHOWN_SPACE = 'sd1';

// Each network with all its spaces. It has no decoder of its own: pictures are decoded by the embedded model, which has the
// latent space of Stable Diffusion 1.
async function loadSurrogateVictims(ref: string, folder: string): Promise<LoadedVictim[]> {
  const { autoencoder: decoder } = await loadAutoencoder(embeddedFolder());
  return (await loadSurrogates(folder)).map(({ name, surrogate }) => {
    const spaces = surrogate.spaces.map((encoder) => ({ space: encoder.space, encoder }));
    const { encoder } = spaces.find(({ space }) => space === SHOWN_SPACE) ?? spaces[0]!;
    const decode: Autoencoder['decode'] = (g, latent) => decoder.decode(g, latent);
    return { ref: name === '' ? ref : `${ref}/${name}`, autoencoder: { ...encoder, decode }, spaces };
  });
}
