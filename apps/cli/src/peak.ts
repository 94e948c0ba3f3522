// Memory that a run used.
import type { Runtime } from 'photoguard/runtime';

/** Highest resident size so far of both processes, this one and the one that runs the models, in megabytes. */
export async function peakMegabytes(runtime: Runtime): Promise<number> {
  const host = (await runtime.peakBytes()) ?? 0;
  return Math.round((host + process.resourceUsage().maxRSS * 1024) / 1e6);
}
