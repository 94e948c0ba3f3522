// One model's figures after one purifier: where each version of the photo is in its latent space, how far it has moved,
// and the outcome.

import type { Pixels8 } from '../image/index.ts';
import type { ModelAudit, Placed, PurifiedAudit } from './audit-report.ts';
import type { LatentMeter } from './latent-meter.ts';
import { latentDistance } from './latent-meter.ts';
import { deviation, mean, plainOutcome, purifiedOutcome, type Thresholds } from './rules.ts';
import { mapVersions, rounded, type Versions } from './versions.ts';

/**
 * Figures of versions that went through `purifier`. `plain` is the result without a purifier; absent if this is that.
 */
export async function auditVersions(
  versions: Versions<Pixels8>,
  {
    meter,
    measure,
    purifier,
    thresholds,
    plain,
    onPicture,
    signal,
  }: {
    readonly meter: LatentMeter;
    readonly measure: ModelAudit['measure'];
    readonly purifier: string;
    readonly thresholds: Thresholds;
    readonly plain?: PurifiedAudit;
    readonly onPicture?: () => void;
    readonly signal?: AbortSignal;
  },
): Promise<PurifiedAudit> {
  const latents = await mapVersions(versions, async (pixels) => {
    const latent = await meter.latent(pixels, signal);
    onPicture?.();
    return latent;
  });
  const way = await meter.toTarget(latents.clean, signal);
  const place = async (latent: Float32Array): Promise<Placed> => {
    const [toTarget, moved] = [await meter.toTarget(latent, signal), latentDistance(latent, latents.clean)];
    const effect = way === 0 ? 0 : measure === 'target' ? 1 - toTarget / way : moved / way;
    return { toTarget: rounded(toTarget), moved: rounded(moved), effect: rounded(effect) };
  };
  const immunized = await place(latents.immunized);
  const noise: Placed[] = [];
  for (const latent of latents.noise) noise.push(await place(latent));
  const effects = noise.map(({ effect }) => effect);
  const noiseMean = rounded(mean(effects));
  const noiseSpread = rounded(deviation(effects));
  // Noise may lead away from the target; a version that merely stays at the clean photo has gained nothing by that.
  const advantage = rounded(immunized.effect - Math.max(noiseMean, 0));
  const found = { advantage, noiseSpread };
  const outcome = plain ? purifiedOutcome(found, plain, thresholds) : plainOutcome(found, thresholds);
  return { purifier, cleanToTarget: rounded(way), immunized, noise, noiseMean, noiseSpread, advantage, outcome };
}
