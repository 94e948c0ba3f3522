// The models of -m, from the hub's cache or the hub itself, as victims of an attack.
import type { Victim } from 'photoguard/attacks';
import { loadAutoencoder, resolveModel } from 'photoguard/models';
import type { ProgressLine } from './progress-line.ts';

/** The model that is taken when none is named: small, and of Stable Diffusion 1's latent space. */
export const DEFAULT_MODEL = 'taesd';

/** Loads models by reference. @throws PhotoGuardError for one that cannot be had, with what to do */
export async function loadVictims(
  refs: readonly string[] | undefined,
  { line, signal }: { line: ProgressLine; signal: AbortSignal },
): Promise<Victim[]> {
  const victims: Victim[] = [];
  for (const ref of refs ?? [DEFAULT_MODEL]) {
    const resolved = await resolveModel(ref, {
      signal,
      onProgress: ({ file, received, total }) =>
        line.show(`${ref}: ${file} ${(received / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`),
    });
    const { autoencoder } = await loadAutoencoder(resolved.folder);
    victims.push({ ref, autoencoder });
  }
  return victims;
}
