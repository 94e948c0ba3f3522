// A photo that comes out better protected against one model and worse against another: it is written, since it protects
// against something, and the run says which model it does not protect against and fails.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { float32, safetensors } from '../support/safetensors.ts';
import { tinyRepository, tinyTensors, writeFiles } from '../support/tiny-model.ts';
import { photoguardHere } from './here.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

// Two models of which the second sees the first one's latents moved beyond 0: what leads those to 0 leads away from it
// there.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-worse-'));
  writeFiles(path('one'), tinyRepository());
  const tensors = tinyTensors();
  const bias = tensors['encoder.layers.4.bias']!;
  const values = new Float32Array(bias.bytes.slice().buffer);
  const moved = safetensors({
    ...tensors,
    'encoder.layers.4.bias': float32(
      bias.shape,
      values.map((v) => v - 5 * Math.sign(v)),
    ),
  });
  writeFiles(path('moved'), { ...tinyRepository(), 'diffusion_pytorch_model.safetensors': moved });
  await testImage(64, 48).png().toFile(path('photo.png'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a photo that is protected against some models only is written, told and fails', { timeout: 120_000 }, async () => {
  const { status, stdout } = await photoguardHere([
    ...['immunize', path('photo.png'), '-m', `${path('one')},${path('moved')}`, '--target', 'zero', '--json'],
    ...['--size', 'native', '--steps', '5', '--no-compare', '-o', path('out.png')],
  ]);
  const { results, errors } = JSON.parse(stdout) as {
    results: { models: { lossOriginal: number; lossImmunized: number }[]; worse?: string[] }[];
    errors: { code: string; message: string }[];
  };
  expect([status, existsSync(path('out.png')), results.length]).toEqual([1, true, 1]);
  expect(results[0]!.models.map((model) => model.lossImmunized < model.lossOriginal)).toEqual([true, false]);
  expect(results[0]!.worse).toEqual([expect.stringMatching(/^for .*moved the loss went from 27\d\.\d to 27\d\.\d/)]);
  expect(errors).toEqual([
    expect.objectContaining({
      code: 'model',
      message: `not protected against every model: ${results[0]!.worse![0]}`,
    }),
  ]);
});
