// Edits of the versions of a photo by one editor, all with the same prompt and noise, so that differences come only
// from the photo.
import type { EditorVictim } from '../attacks/index.ts';
import { Editor, seededNoise } from '../editing/index.ts';
import { type Mask, type Pixels8, toPixels8 } from '../image/index.ts';
import { ssim } from '../metrics/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { resizedMask, seenPixels } from '../view/index.ts';
import type { EditSettings } from './audit-options.ts';
import { chooseEditedSize } from './audit-plan.ts';
import type { EditsAudit, PurifiedEdits } from './audit-report.ts';
import { editsOutcome, mean, type Thresholds } from './rules.ts';
import { rounded, type Versions } from './versions.ts';

/** Edits of one seed after one purifier, for people. */
export interface EditPictures {
  readonly purifier: string;
  readonly seed: number;
  readonly clean: Pixels8;
  readonly immunized: Pixels8;
  readonly noise: Pixels8;
}

/** Options of {@link auditEdits}. */
export interface EditsOptions {
  readonly editor: EditorVictim;
  readonly runtime: Runtime;
  readonly settings: EditSettings;
  readonly thresholds: Thresholds;
  /** Versions by purifier; the first is `none`. */
  readonly purified: readonly (readonly [purifier: string, versions: Versions<Pixels8>])[];
  readonly mask?: Mask;
  readonly onEdit?: () => void;
  readonly signal?: AbortSignal;
}

/** Figures and pictures of all edits. @throws PhotoGuardError like `Editor` */
export async function auditEdits(
  options: EditsOptions,
): Promise<{ readonly figures: EditsAudit; readonly pictures: readonly EditPictures[] }> {
  const { editor: victim, runtime, settings, thresholds, purified, mask, onEdit, signal } = options;
  const { pipeline } = victim;
  const { prompt, strength, steps, guidance, imageGuidance } = settings;
  const size = chooseEditedSize(purified[0]![1].clean, victim);
  const editor = new Editor(pipeline, size, runtime);
  const seenMask = mask && { mask: resizedMask(mask, size) };
  const results: PurifiedEdits[] = [];
  const pictures: EditPictures[] = [];
  try {
    for (const [purifier, versions] of purified) {
      const seeds: { seed: number; immunized: number; noise: number }[] = [];
      for (let k = 0; k < settings.seeds; k++) {
        const seed = (settings.seed + k) >>> 0;
        const noise = seededNoise(seed);
        const wanted = { prompt, strength, steps, guidance, imageGuidance, noise, ...seenMask };
        const prepared = await editor.prepare(wanted, signal);
        const edit = async (pixels: Pixels8): Promise<Pixels8> => {
          const { image } = await editor.edit(prepared, seenPixels(pixels, size), signal ? { signal } : {});
          onEdit?.();
          return toPixels8(image);
        };
        const clean = await edit(versions.clean);
        const immunized = await edit(versions.immunized);
        const noisy = await edit(versions.noise[k % versions.noise.length]!);
        pictures.push({ purifier, seed, clean, immunized, noise: noisy });
        seeds.push({ seed, immunized: rounded(ssim(clean, immunized)), noise: rounded(ssim(clean, noisy)) });
      }
      results.push({
        purifier,
        seeds,
        immunized: rounded(mean(seeds.map((one) => one.immunized))),
        noise: rounded(mean(seeds.map((one) => one.noise))),
        outcome: editsOutcome(seeds, thresholds),
      });
    }
  } finally {
    await editor.release().catch(() => undefined); // the runtime may be gone; the first error is the one to report
  }
  return {
    figures: {
      editor: victim.ref,
      prompt,
      strength,
      steps,
      guidance,
      size: [size.width, size.height],
      purifiers: results,
    },
    pictures,
  };
}
