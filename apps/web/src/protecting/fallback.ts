// What is tried when the device or its memory fails: first without the graphics card, then at half the size. A note says so.
import { PhotoGuardError } from 'photoguard/errors';
import { DEFAULTS } from './defaults.ts';
import type { ProtectAsk, Protected } from './messages.ts';

/** What can be done about a failure. */
export interface Fallbacks {
  /** Where the last try ran. */
  readonly device: () => string | undefined;
  /** Ends what failed; from then on without the graphics card. */
  readonly leaveCard: () => Promise<void>;
  /** Ends what failed. */
  readonly restart: () => Promise<void>;
}

/** Size at which a photo is tried that does not fit. */
const SMALLER = 'upload:512';

/** Protects, with what is above where it must be. @throws what the last try threw */
export async function withFallback(
  ask: ProtectAsk,
  protect: (ask: ProtectAsk) => Promise<Protected>,
  { device, leaveCard, restart }: Fallbacks,
): Promise<Protected> {
  try {
    return await protect(ask);
  } catch (error) {
    if (!(error instanceof PhotoGuardError)) throw error;
    const isMemory = error.code === 'memory';
    if ((isMemory || error.code === 'device') && device() === 'webgpu') {
      await leaveCard();
      const result = await withFallback(ask, protect, { device, leaveCard, restart });
      return noted(result, `computed without the graphics card, which failed: ${error.message}`);
    }
    const settings = ask.settings ?? DEFAULTS;
    if (!isMemory || settings.size === SMALLER) throw error;
    await restart();
    const result = await protect({ ...ask, settings: { ...settings, size: SMALLER } });
    return noted(result, `seen at ${SMALLER} by the networks, since ${settings.size} takes too much memory`);
  }
}

const noted = (result: Protected, note: string): Protected => {
  const { report } = result;
  return { ...result, report: { ...report, notes: [...report.notes, note] } };
};
