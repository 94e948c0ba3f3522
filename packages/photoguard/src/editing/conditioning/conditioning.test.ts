// What editors are told, kind by kind, and which branches guidance compares. That numbers equal those of diffusers is shown
// by `npm run golden -- pipelines`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TinyEditor, writeTinyEditor } from '../../../../../tests/support/tiny-editors.ts';
import type { Image01, Mask } from '../../image/index.ts';
import type { Pipeline } from '../../models/index.ts';
import { loadPipeline } from '../../models/node/index.ts';
import { openRuntime, type Runtime } from '../../runtime/node/index.ts';
import type { EditOptions } from '../edit-options.ts';
import { Editor } from '../editor.ts';
import { seededNoise } from '../noise.ts';
import { chooseConditioning } from './conditioning.ts';
import { settleStrength } from './photo.ts';

const SD = fileURLToPath(new URL('../../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
const KINDS: readonly TinyEditor[] = ['sdxl', 'sdxl-inpaint', 'sdxl-refiner', 'instruct-pix2pix'];
const size = { width: 24, height: 32 };
const photo: Image01 = {
  ...{ ...size, channels: 3 },
  data: Float32Array.from({ length: 3 * 24 * 32 }, (_, i) => 0.5 + 0.4 * Math.sin(i / 7)),
};
const mask: Mask = { ...size, data: new Uint8Array(24 * 32).fill(1) };

let folder: string;
let runtime: Runtime;
const pipelines = new Map<string, Pipeline>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-conditioning-'));
  for (const kind of KINDS) {
    writeTinyEditor(join(folder, kind), kind);
    pipelines.set(kind, await loadPipeline(join(folder, kind)));
  }
  pipelines.set('sd', await loadPipeline(SD));
  runtime = await openRuntime({ device: 'cpu', threads: 1 });
});
afterAll(async () => {
  await runtime?.close();
  rmSync(folder, { recursive: true });
});

const tellings = (kind: string, wording: Partial<EditOptions> = {}) =>
  chooseConditioning(pipelines.get(kind)!).prompts.makeTellings({ prompt: 'a dog', ...wording }, size);

describe('prompts of SDXL', () => {
  it('lead away from zeros without a negative prompt, from an empty text with an empty one', () => {
    expect(tellings('sdxl').none.ids).toBeNull();
    expect(tellings('sdxl', { negativePrompt: '' }).none.ids).toHaveLength(2);
    expect(tellings('sdxl-refiner').none.ids).toHaveLength(1); // its index says so
  });

  it('tell height before width, and the refiner a score in the place of the target size', () => {
    expect(tellings('sdxl').prompt.numbers).toEqual([32, 24, 0, 0, 32, 24]);
    expect(tellings('sdxl-refiner').prompt.numbers).toEqual([32, 24, 0, 0, 6]);
    expect(tellings('sdxl-refiner').none.numbers).toEqual([32, 24, 0, 0, 2.5]);
  });

  it('tell what is asked for, and both halves the same crop, as diffusers does', () => {
    const xl = { originalSize: [5, 6], crop: [1, 2], targetSize: [7, 8], negativeCrop: [3, 4] } as const;
    const { prompt, none } = tellings('sdxl', { xl: { ...xl, prompt2: 'a cat' } });
    expect(prompt.numbers).toEqual([5, 6, 1, 2, 7, 8]);
    expect(none.numbers).toEqual([5, 6, 1, 2, 7, 8]);
    expect(prompt.ids![0]).not.toEqual(prompt.ids![1]);
    expect(tellings('sdxl-refiner', { xl }).none.numbers).toEqual([5, 6, 3, 4, 2.5]);
  });

  it('name what was cut once, though two tokenizers cut it', () => {
    const long = 'many '.repeat(100);
    expect(tellings('sdxl', { prompt: long }).truncated).toEqual({ prompt: [long], none: [] });
  });

  it('are not for other editors', () => {
    for (const kind of ['sd', 'instruct-pix2pix'])
      expect(() => tellings(kind, { xl: { targetSize: [8, 8] } })).toThrow(
        /only editors of SDXL take .*\(got targetSize\)/,
      );
  });

  it('leave as many layers as the shallowest encoder has', () => {
    expect(() => tellings('sdxl', { clipSkip: 2 })).toThrow(/from 0 to 1 \(got 2\)/);
  });
});

describe('the photo', () => {
  const chain = (kind: string, scales: Partial<EditOptions>) =>
    chooseConditioning(pipelines.get(kind)!).photo.makeChain(scales);

  it('is guided to by InstructPix2Pix alone: nothing, the photo, the photo and the prompt', () => {
    const { branches, scales } = chain('instruct-pix2pix', { guidance: 5, imageGuidance: 1.2 });
    expect(scales).toEqual([1.2, 5]);
    expect(branches.map(({ words, tensors }) => [words, ...(tensors.sees as Float32Array)])).toEqual([
      ['none', 0],
      ['none', 1],
      ['prompt', 1],
    ]);
    expect(() => chain('sdxl', { imageGuidance: 1.5 })).toThrow(/only InstructPix2Pix has image guidance.*got 1.5/);
    expect(() => chain('sd', { imageGuidance: 0 })).toThrow(/only InstructPix2Pix/);
  });

  it.each([{ guidance: 1 }, { imageGuidance: 0.9 }])('is seen in one branch without guidance (%o)', (scales) => {
    const { branches } = chain('instruct-pix2pix', scales);
    expect(branches).toEqual([{ words: 'prompt', tensors: { sees: Float32Array.of(1) } }]);
  });

  it('has a strength that suits the editor, and none where edits begin at noise', () => {
    const strength = (kind: string, given?: number, masked = false) =>
      settleStrength(pipelines.get(kind)!, given, masked);
    expect(['sd', 'sdxl', 'instruct-pix2pix'].map((kind) => strength(kind))).toEqual([0.7, 0.7, 1]);
    expect(['sd', 'sdxl-inpaint'].map((kind) => strength(kind, undefined, true))).toEqual([1, 0.9999]);
    expect(strength('sdxl', 0.3)).toBe(0.3);
    expect(() => strength('instruct-pix2pix', 0.7)).toThrow(/has no strength.*--image-guidance/);
    expect(() => strength('instruct-pix2pix', undefined, true)).toThrow(/takes no mask/);
  });
});

describe('an edit', () => {
  const edit = async (kind: string, options: Partial<EditOptions> = {}, splitGuidance = false) => {
    const editor = new Editor(pipelines.get(kind)!, size, runtime, { splitGuidance });
    try {
      const prepared = await editor.prepare({ prompt: 'a dog', steps: 3, noise: seededNoise(1), ...options });
      return { prepared, ...(await editor.edit(prepared, photo)) };
    } finally {
      await editor.release();
    }
  };
  const apart = (a: Float32Array, b: Float32Array): number =>
    Math.hypot(...a.map((v, i) => v - b[i]!)) / Math.hypot(...b);

  it.each(KINDS)('of %s is the same with its branches one after the other', async (kind) => {
    const [whole, split] = [await edit(kind), await edit(kind, {}, true)];
    expect(whole.prepared.predictions).toHaveLength(1);
    expect(split.prepared.predictions).toHaveLength(kind === 'instruct-pix2pix' ? 3 : 2);
    expect(split.prepared.predictions.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 6);
    expect(whole.decoded.every(Number.isFinite)).toBe(true);
    expect(apart(split.decoded, whole.decoded)).toBeLessThan(1e-4);
  });

  it('runs branches once that are told the same', async () => {
    const { prepared } = await edit('instruct-pix2pix', { prompt: '' });
    expect(prepared.guided.branches).toHaveLength(2); // the prompt and none are one text
    expect(prepared.guided.scales).toEqual([1.5]);
    expect((await edit('sdxl', { prompt: '', negativePrompt: '' })).prepared.guided.branches).toHaveLength(1);
    expect((await edit('sdxl', { prompt: '' })).prepared.guided.branches).toHaveLength(2); // zeros are another
  });

  it('by InstructPix2Pix depends on the photo, and keeps more of it with more image guidance', async () => {
    const options = { imageGuidance: 1 };
    const [one, more] = [await edit('instruct-pix2pix', options), await edit('instruct-pix2pix', { imageGuidance: 4 })];
    expect(apart(more.decoded, one.decoded)).toBeGreaterThan(1e-3);
    const editor = new Editor(pipelines.get('instruct-pix2pix')!, size, runtime);
    const other = { ...photo, data: photo.data.map((x) => 1 - x) };
    const edited = await editor.edit(one.prepared, other);
    await editor.release();
    expect(apart(edited.decoded, one.decoded)).toBeGreaterThan(1e-3);
  });

  it('by InstructPix2Pix takes no mask and runs every step from noise', async () => {
    await expect(edit('instruct-pix2pix', { mask })).rejects.toThrow(/takes no mask/);
    const { prepared } = await edit('instruct-pix2pix');
    expect(prepared.path).toMatchObject({ fromNoise: true });
    expect(prepared.path.schedule.steps).toHaveLength(3);
  });

  it('refuses an image guidance out of range', async () => {
    await expect(edit('instruct-pix2pix', { imageGuidance: -1 })).rejects.toThrow(/image guidance is a number from 0/);
  });
});
