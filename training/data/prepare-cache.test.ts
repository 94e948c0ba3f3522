import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from 'photoguard/models/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../../tests/support/photos.ts';
import { safetensors } from '../../tests/support/safetensors.ts';
import { TINY_CONFIG, tinyTensors, writeFiles } from '../../tests/support/tiny-model.ts';
import { openEditorCache } from './editor-cache.ts';
import { readCache } from './editor-cache-file.ts';
import { prepareCache } from './prepare-cache.ts';

const PHOTOS = 40;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photoguard-prepare-'));
  const photos = join(folder, 'photos');
  await mkdir(join(photos, 'flowers'), { recursive: true });
  const rows = [];
  for (let i = 0; i < PHOTOS; i++) {
    const file = `flowers/${i}.png`;
    await testImage(24, 20, 3, i).toFile(join(photos, file));
    rows.push({ file, caption: 'a photo of a rose', label: 'rose', split: i % 10 === 0 ? 'validation' : 'train' });
  }
  await writeFile(join(photos, 'flowers/broken.jpg'), 'no picture');
  rows.push({ file: 'flowers/broken.jpg', caption: 'a photo of a rose', label: 'rose', split: 'train' });
  await writeFile(join(photos, 'captions.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFiles(join(folder, 'vae'), {
    'config.json': JSON.stringify(TINY_CONFIG),
    'diffusion_pytorch_model.safetensors': safetensors(tinyTensors()),
  });
});
afterAll(() => rm(folder, { recursive: true }));

const prepare = (out: string, more: Partial<Parameters<typeof prepareCache>[0]> = {}) =>
  prepareCache({
    ...{ photos: join(folder, 'photos'), vae: join(folder, 'vae'), out: join(folder, out) },
    ...{ side: 16, seed: 0, threads: 1, signal: new AbortController().signal, ...more },
  });

describe('prepareCache', () => {
  it('makes a cache that batches are drawn from, and names photos that cannot be read', async () => {
    const made = await prepare('whole');
    expect(made).toMatchObject({ train: 72, validation: 4, unreadable: { 'flowers/broken.jpg': expect.any(String) } });
    expect((await readdir(join(folder, 'whole'))).sort()).toEqual([
      ...['editor-cache.json', 'editor-cache.safetensors', 'tokenizer'],
    ]);
    const cache = await openEditorCache(join(folder, 'whole'));
    expect(cache).toMatchObject({ trainCount: 72, validationCount: 4, latentSide: 8, tokens: 32 });
    const { sample, target } = cache.batch({ size: 8, seed: 0, step: 0 });
    expect([...sample, ...target].every(Number.isFinite)).toBe(true);
    const { index, tensors } = await readCache(join(folder, 'whole'));
    const tokenizer = await loadTokenizer(join(folder, 'whole', 'tokenizer'));
    for (const [i, prompt] of index.prompts.entries())
      expect(tensors.ids.subarray(32 * i, 32 * (i + 1))).toEqual(tokenizer.encode(prompt).ids);
  });

  it('differs from the latent of the masked photo under the mask alone, and is grey where all is masked', async () => {
    const { tensors } = await readCache(join(folder, 'whole'));
    const different = (mask: number) => {
      let count = 0;
      let all = 0;
      for (let i = 0; i < tensors.mask.length; i++) {
        if (tensors.mask[i] !== mask) continue;
        const at = Math.floor(i / 64) * 256 + (i % 64);
        all++;
        if (tensors.latent[at] !== tensors.masked[at]) count++;
      }
      return count / all;
    };
    expect(different(1)).toBeGreaterThan(0.99);
    expect(different(0)).toBeLessThan(different(1)); // a position sees its neighbours
    expect(different(0)).toBeGreaterThan(0);
  });

  it('goes on where it was stopped, to the same cache', async () => {
    const controller = new AbortController();
    const stopped = prepare('stopped', { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted', message: /run it again/ });
    await expect(openEditorCache(join(folder, 'stopped'))).rejects.toThrow(/no cache here/);
    const progress: number[] = [];
    await prepare('stopped', { onProgress: ({ all }) => progress.push(all) });
    expect(progress).toEqual([12]); // 76 versions, of which a part of 64 was done
    expect((await readCache(join(folder, 'stopped'))).tensors).toEqual(
      (await readCache(join(folder, 'whole'))).tensors,
    );
  });

  it('does not mix parts of another autoencoder, seed or set of photos', async () => {
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(prepare('other', stop)).rejects.toMatchObject({ code: 'aborted' });
    await expect(prepare('other', { seed: 1 })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/other photos, autoencoder or seed.*delete the folder/),
    });
  });

  it('refuses a side that is no whole number of latent positions', async () => {
    await expect(prepare('odd', { side: 17 })).rejects.toThrow(/whole latent positions .*17 pixels at 2/);
  });
});
