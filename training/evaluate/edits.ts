// Edits of small photos for evaluations: many, at one size, with the editor's usual sampler.
import { Editor, seededNoise } from 'photoguard/editing';
import { type Mask, type Pixels8, toImage01, toPixels8 } from 'photoguard/image';
import type { Pipeline } from 'photoguard/models';
import type { Runtime } from 'photoguard/runtime';
import { SIDE } from './validation-set.ts';

/** Default steps and guidance of edits. */
export const SAMPLER = { steps: 25, guidance: 3 };

/** A requested edit. */
export interface AskedEdit {
  readonly photo: Pixels8;
  readonly prompt: string;
  /** Without a mask everything is repainted. */
  readonly mask?: Mask;
  readonly seed: number;
  readonly strength?: number;
  readonly guidance?: number;
}

/** Makes edits, one after the other. */
export interface Edits {
  make(asked: AskedEdit): Promise<Pixels8>;
  /** Number of edits made. */
  readonly made: number;
  release(): Promise<void>;
}

/** An editor for photos of {@link SIDE} pixels. */
export function openEdits(runtime: Runtime, pipeline: Pipeline, signal: AbortSignal, onEdit?: () => void): Edits {
  const editor = new Editor(pipeline, { width: SIDE, height: SIDE }, runtime);
  let made = 0;
  return {
    get made() {
      return made;
    },
    async make({ photo, prompt, mask, seed, strength = 1, guidance = SAMPLER.guidance }) {
      const prepared = await editor.prepare(
        { ...SAMPLER, prompt, strength, guidance, noise: seededNoise(seed), mask },
        signal,
      );
      const { image } = await editor.edit(prepared, toImage01(photo), { signal });
      made++;
      onEdit?.();
      return toPixels8(image);
    },
    release: () => editor.release(),
  };
}

/** A box as a mask: white inside. */
export function boxMask(left: number, top: number, side: number): Mask {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    return x >= left && x < left + side && y >= top && y < top + side ? 1 : 0;
  });
  return { width: SIDE, height: SIDE, data };
}

/** A picture from interleaved bytes of a square. */
export const toPicture = (rgb: Uint8Array): Pixels8 => ({ width: SIDE, height: SIDE, channels: 3, data: rgb });

/** The photo with the inside of a mask in one colour for each of the three channels. */
export function filled({ data, ...rest }: Pixels8, { data: mask }: Mask, colour: readonly number[]): Pixels8 {
  return { ...rest, data: data.map((value, i) => (mask[Math.floor(i / 3)] ? Math.round(colour[i % 3]!) : value)) };
}
