// Loads the models of -m as victims of an attack: embedded, from the hub's cache, or from the hub.
import type { Victim } from 'photoguard/attacks';
import type { Autoencoder, Pipeline } from 'photoguard/models';
import { EMBEDDED, loadAutoencoder, loadPipeline, resolveModel } from 'photoguard/models/node';
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
    const { autoencoder } = await loadAutoencoder(folder);
    victims.push({ ref, autoencoder, ...(ref === EMBEDDED.ref && { pipeline: await loadPipeline(folder, ref) }) });
  }
  return victims;
}
