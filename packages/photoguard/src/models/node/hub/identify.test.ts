import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyRepository, writeFiles } from '../../../../../../tests/support/tiny-model.ts';
import { identifyModel } from './identify.ts';

const PIPELINE = fileURLToPath(
  new URL('../../../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url),
);
const WEIGHTS = 'diffusion_pytorch_model.safetensors';
const folder = mkdtempSync(join(tmpdir(), 'photoguard-identify-'));
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('identifyModel', () => {
  it('knows a model on disk by the hash of its weights and the last part of its path, wherever it lies', async () => {
    const [here, there] = [join(folder, 'jane doe/model'), join(folder, 'other/model')];
    writeFiles(here, tinyRepository());
    cpSync(here, there, { recursive: true });
    const identity = await identifyModel(here);
    expect(identity).toEqual({ ref: 'model', sha256: sha256(join(here, WEIGHTS)) });
    expect(await identifyModel(`${there}/`)).toEqual(identity);
    expect(await identifyModel(join(here, WEIGHTS))).toEqual({ ref: WEIGHTS, sha256: identity.sha256 });
  });

  it('knows an editor by its autoencoder', async () => {
    const found = await identifyModel(PIPELINE, { wanted: 'pipeline' });
    expect(found).toEqual({ ref: 'tiny-sd-inpaint', sha256: sha256(join(PIPELINE, 'vae', WEIGHTS)) });
  });

  it('knows a model of the hub by its id and commit, also by an alias', async () => {
    const commit = 'c0ffee'.padEnd(40, '0');
    writeFiles(join(folder, `models--madebyollin--taesd/snapshots/${commit}`), tinyRepository());
    writeFiles(join(folder, 'models--madebyollin--taesd/refs'), { main: commit });
    const hub = { endpoint: 'http://127.0.0.1:9', cache: folder, offline: true };
    expect(await identifyModel('taesd', { hub })).toEqual({ ref: 'madebyollin/taesd', revision: commit });
  });
});
