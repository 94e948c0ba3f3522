import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../../../../../../tests/support/tiny-model.ts';
import { checkEmbedded, embeddedFigures, embeddedFolder, hasEmbedded } from './embedded.ts';
import { parseReference } from './reference.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const VAE = 'vae/diffusion_pytorch_model.safetensors';
const UNET = 'unet/diffusion_pytorch_model.safetensors';
const hash = createHash('sha256').update('v').digest('hex');
const transfer = { teacher: 'taesd', eps255: 4, photos: 8, size: '256x256' };
const losses = { madeOnMini: 0.8, madeOnTeacher: 0.4, randomNoise: 1 };
const figures = JSON.stringify({ weights: { [VAE]: hash }, transfer: { ...transfer, ...losses } });

describe('the embedded model', () => {
  it('is what mini refers to, whatever lies in the working folder', () => {
    expect(parseReference('mini')).toEqual({ kind: 'embedded' });
    expect(() => parseReference('no-such-model')).toThrow(/one of mini, surrogates, taesd/);
  });

  it('is told of as lacking, by what is missing, where it has no weights', () => {
    writeFiles(folder, { [VAE]: 'v' });
    expect(hasEmbedded(folder)).toBe(false);
    expect(() => embeddedFolder(folder)).toThrow(`got no ${UNET}); install again (npm ci), or name another model`);
    writeFiles(folder, { [UNET]: 'u' });
    expect(hasEmbedded(folder)).toBe(true);
    expect(embeddedFolder(folder)).toBe(folder);
  });

  it('has weights of the hashes in its figures', async () => {
    writeFiles(folder, { [VAE]: 'v', [UNET]: 'u', 'figures.json': figures });
    await checkEmbedded(folder);
    writeFileSync(join(folder, VAE), 'w');
    await expect(checkEmbedded(folder)).rejects.toMatchObject({ code: 'integrity' });
  });

  it('has figures, or says what they lack', async () => {
    writeFiles(folder, { 'figures.json': figures });
    expect((await embeddedFigures(folder)).transfer.madeOnMini).toBe(0.8);
    writeFiles(folder, { 'figures.json': '{}' });
    await expect(embeddedFigures(folder)).rejects.toThrow(/figures\.json: weights must be hashes by file \(got none\)/);
    writeFiles(folder, { 'figures.json': JSON.stringify({ weights: { [VAE]: 'x' }, transfer }) });
    await expect(embeddedFigures(folder)).rejects.toThrow(/weights\["vae.*"\] must be a SHA-256 \(got "x"\)/);
    writeFiles(folder, { 'figures.json': JSON.stringify({ weights: { [VAE]: hash }, transfer }) });
    await expect(embeddedFigures(folder)).rejects.toThrow(/transfer\.madeOnMini must be a finite number \(got none\)/);
  });
});
