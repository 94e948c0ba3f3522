// Folders of editors that are incomplete, or whose parts do not belong together: each is named in one line.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TinyEditor, writeTinyEditor } from '../../../../../tests/support/tiny-editors.ts';
import { loadPipeline } from './load-pipeline.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-pipeline-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const change = (file: string, to: (json: Record<string, unknown>) => object): void => {
  const path = join(folder, file);
  writeFileSync(path, JSON.stringify(to(JSON.parse(readFileSync(path, 'utf8')))));
};

describe('loadPipeline', () => {
  it.each<[TinyEditor, object]>([
    ['sdxl', { photoInput: 'nothing', inpaints: false, trainedSide: 32 }],
    ['sdxl-inpaint', { photoInput: 'masked', inpaints: true, xl: { zerosWithoutNegative: true } }],
    ['sdxl-refiner', { photoInput: 'nothing', xl: { zerosWithoutNegative: false, aestheticScores: true } }],
    ['instruct-pix2pix', { photoInput: 'photo', inpaints: false }],
  ])('loads %s', async (kind, expected) => {
    writeTinyEditor(folder, kind);
    const pipeline = await loadPipeline(folder, kind);
    expect(pipeline).toMatchObject(expected);
    const folders = pipeline.texts.map((text) => text.folder);
    if (kind === 'instruct-pix2pix') expect(folders).toEqual(['text_encoder']);
    else expect(folders).toEqual(kind === 'sdxl-refiner' ? ['text_encoder_2'] : ['text_encoder', 'text_encoder_2']);
    expect(pipeline.xl === undefined).toBe(kind === 'instruct-pix2pix');
  });

  it.each(['text_encoder', 'text_encoder_2', 'tokenizer_2', 'unet'])('says that SDXL lacks its %s', async (part) => {
    writeTinyEditor(folder, 'sdxl');
    rmSync(join(folder, part), { recursive: true });
    await expect(loadPipeline(folder, 'mine')).rejects.toThrow(`mine: the pipeline lacks its ${part}`);
  });

  it.each<[string, string, (json: Record<string, unknown>) => object, RegExp]>([
    [
      'an index of SDXL without the second text encoder',
      'model_index.json',
      ({ text_encoder_2: _, ...rest }) => rest,
      /names no text_encoder_2/,
    ],
    [
      'an index of SDXL without the first',
      'model_index.json',
      (json) => ({ ...json, text_encoder: [null, null], tokenizer: [null, null] }),
      /the UNet takes text states 56 wide \(got 24\)/,
    ],
    [
      'a second text encoder without a projection',
      'text_encoder_2/config.json',
      (json) => ({ ...json, architectures: ['CLIPTextModel'] }),
      /text_encoder_2 must be a CLIPTextModelWithProjection/,
    ],
    [
      'scores that the UNet does not take',
      'model_index.json',
      (json) => ({ ...json, requires_aesthetics_score: true }),
      /the UNet takes 68 numbers beside the text states \(got 60: 20 of the text, 5 times 8 of sizes and score\)/,
    ],
    [
      'a flag that is no flag',
      'model_index.json',
      (json) => ({ ...json, force_zeros_for_empty_prompt: 'yes' }),
      /model_index.json.*force_zeros_for_empty_prompt.*true or false/,
    ],
    [
      'a UNet of Stable Diffusion 1',
      'unet/config.json',
      (json) => ({ ...json, addition_embed_type: null }),
      /the UNet of SDXL takes sizes and the embedding of the text/,
    ],
    [
      'a UNet of 8 channels',
      'unet/config.json',
      (json) => ({ ...json, in_channels: 8 }),
      /InstructPix2Pix is built for Stable Diffusion 1 and 2 only/,
    ],
    [
      'a transformer',
      'model_index.json',
      (json) => ({ ...json, _class_name: 'FluxPipeline', transformer: ['diffusers', 'FluxTransformer2DModel'] }),
      /must be of Stable Diffusion 1, 2 or XL \(got FluxPipeline\)/,
    ],
  ])('refuses SDXL with %s', async (_, file, to, message) => {
    writeTinyEditor(folder, 'sdxl');
    change(file, to);
    const error = await loadPipeline(folder, 'mine').catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses a UNet of SDXL in a pipeline that is not', async () => {
    writeTinyEditor(folder, 'sdxl');
    change('model_index.json', ({ text_encoder_2: _, tokenizer_2: __, ...rest }) => ({
      ...rest,
      _class_name: 'StableDiffusionPipeline',
    }));
    await expect(loadPipeline(folder, 'mine')).rejects.toThrow(/the UNet is one of SDXL/);
  });
});
