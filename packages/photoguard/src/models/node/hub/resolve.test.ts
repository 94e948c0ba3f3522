// From a reference to a folder on disk: what is fetched, where it lies, and what the cache alone can answer. The server
// is tests/hub-server.ts; the cache's layout is that of Python's huggingface_hub.
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Faults, type HubServer, startHubServer } from '../../../../../../tests/hub-server.ts';
import { float32, safetensors } from '../../../../../../tests/support/safetensors.ts';
import { writeTinyEditor } from '../../../../../../tests/support/tiny-editors.ts';
import { TINY_CONFIG, tinyRepository, tinyTensors, writeFiles } from '../../../../../../tests/support/tiny-model.ts';
import { loadAutoencoder } from '../load-autoencoder.ts';
import { loadPipeline } from '../load-pipeline.ts';
import type { HubEnvironment } from './environment.ts';
import { checkModel, listCached, pullModel } from './manage.ts';
import { resolveModel } from './resolve.ts';

const EDITOR = fileURLToPath(
  new URL('../../../../../../tests/fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url),
);
const ID = 'lab/tiny';
const WEIGHTS = 'diffusion_pytorch_model.safetensors';
const PATIENCE = { attempts: 3, pause: 1, stall: 5000, longestPause: 1000 };

let folder: string;
let hub: HubEnvironment;
let server: HubServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(files: Record<string, string | Uint8Array>, faults: Faults = {}, id = ID): Promise<void> {
  await server?.close();
  writeFiles(join(folder, 'served', id), files);
  server = await startHubServer(join(folder, 'served'), faults);
  hub = { endpoint: server.url, offline: false, cache: join(folder, 'cache') };
}
const resolve = (ref = ID, options = {}) => resolveModel(ref, { hub, patience: PATIENCE, ...options });
const offline = () => ({ hub: { ...hub, endpoint: 'http://127.0.0.1:9', offline: true } });

/** Files of a folder by path. */
function readFiles(root: string): Record<string, Uint8Array> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path))]));
}

describe('resolveModel', () => {
  it("lays files out as Python's cache: blobs by hash, snapshots of links, refs", async () => {
    await serve({ ...tinyRepository(), 'README.md': '# tiny', 'other.bin': 'x' });
    const { folder: snapshot, commit } = await resolve();
    const model = join(hub.cache, 'models--lab--tiny');
    expect(snapshot).toBe(join(model, 'snapshots', commit!));
    expect(readFileSync(join(model, 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(snapshot).sort()).toEqual(['config.json', WEIGHTS]);
    expect(lstatSync(join(snapshot, WEIGHTS)).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(snapshot, WEIGHTS))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/); // SHA-256
    expect(readlinkSync(join(snapshot, 'config.json'))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/); // git's SHA-1
    expect(readdirSync(join(model, 'blobs'))).toHaveLength(2);
    expect((await loadAutoencoder(snapshot)).autoencoder.latentChannels).toBe(4);
  });

  it('asks nobody for what is in the cache, by branch and by commit', async () => {
    await serve(tinyRepository());
    const { folder: snapshot, commit } = await resolve();
    const requests = server!.log.length;
    expect((await resolve()).folder).toBe(snapshot);
    expect((await resolve(`${ID}@${commit}`)).folder).toBe(snapshot);
    expect(server!.log).toHaveLength(requests);
    expect((await resolve(ID, offline())).folder).toBe(snapshot);
  });

  it('fetches the parts of an editor where it is wanted, and nothing else', async () => {
    const files = readFiles(EDITOR);
    const weights = files['unet/diffusion_pytorch_model.safetensors']!;
    delete files['unet/diffusion_pytorch_model.safetensors'];
    await serve({
      ...files,
      'unet/diffusion_pytorch_model.fp16.safetensors': weights, // a variant
      'safety_checker/model.safetensors': 'x',
      'v1.ckpt': 'x',
    });
    const { folder: alone } = await resolve();
    expect(readdirSync(alone)).toEqual(['vae']);
    const { folder: snapshot } = await resolve(ID, { wanted: 'pipeline' });
    expect(readdirSync(snapshot).sort()).toEqual([
      ...['model_index.json', 'scheduler', 'text_encoder', 'tokenizer', 'unet', 'vae'],
    ]);
    expect((await loadPipeline(snapshot)).inpaints).toBe(true);
    const requests = server!.log.length;
    expect((await resolve(ID, { wanted: 'pipeline' })).folder).toBe(snapshot);
    expect(server!.log).toHaveLength(requests);
    rmSync(join(snapshot, 'text_encoder/model.safetensors'));
    await resolve(ID, { wanted: 'pipeline' });
    expect(readdirSync(join(snapshot, 'text_encoder'))).toContain('model.safetensors');
    expect(await checkModel(ID, hub)).toMatchObject({ architecture: 'AutoencoderKL' });
  });

  it('fetches both text encoders and tokenizers of SDXL, and names the one that is missing', async () => {
    const editor = join(folder, 'sdxl');
    writeTinyEditor(editor, 'sdxl');
    const files = readFiles(editor);
    await serve(files);
    const { folder: snapshot } = await resolve(ID, { wanted: 'pipeline' });
    expect(readdirSync(snapshot)).toEqual(expect.arrayContaining(['text_encoder_2', 'tokenizer_2']));
    expect((await loadPipeline(snapshot)).texts).toHaveLength(2);
    expect(await checkModel(ID, hub)).toMatchObject({ architecture: 'AutoencoderKL' });
    const requests = server!.log.length;
    rmSync(join(snapshot, 'text_encoder_2/model.safetensors'));
    await resolve(ID, { wanted: 'pipeline' });
    expect(server!.log.length).toBeGreaterThan(requests);
    expect(readdirSync(join(snapshot, 'text_encoder_2'))).toContain('model.safetensors');
    const { 'text_encoder_2/model.safetensors': _, ...others } = files;
    await serve(others, {}, 'lab/lacking');
    await expect(resolve('lab/lacking', { wanted: 'pipeline' })).rejects.toThrow(/has no text_encoder_2/);
  });

  it('says which part an editor on the hub lacks', async () => {
    await serve({ ...tinyRepository(), 'model_index.json': '{}' });
    await expect(resolve(ID, { wanted: 'pipeline' })).rejects.toThrow(/has no vae/);
    await serve(tinyRepository(), {}, 'lab/alone');
    await expect(resolve('lab/alone', { wanted: 'pipeline' })).rejects.toThrow(/no model_index\.json/);
  });

  it('says offline what is missing', async () => {
    await serve(tinyRepository());
    await expect(resolve(ID, offline())).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringContaining(`photoguard models pull ${ID}`),
    });
    expect(server!.log).toEqual([]);
  });

  it('pulls the newer commit of a branch, keeps the older, and fetches only what changed', async () => {
    await serve(tinyRepository(1));
    const older = await resolve();
    await serve(tinyRepository(2));
    expect((await resolve()).commit).toBe(older.commit);
    const newer = await pullModel(ID, { hub, patience: PATIENCE });
    expect(newer.commit).not.toBe(older.commit);
    expect(server!.log.filter((line) => line.includes('config.json'))).toEqual([]);
    expect((await resolve(ID, offline())).commit).toBe(newer.commit);
    expect((await resolve(`${ID}@${older.commit}`, offline())).commit).toBe(older.commit);
  });

  it('takes the autoencoder of a pipeline and nothing else of it', async () => {
    const vae = Object.fromEntries(Object.entries(tinyRepository()).map(([path, bytes]) => [`vae/${path}`, bytes]));
    await serve({ ...vae, 'model_index.json': '{}', [`unet/${WEIGHTS}`]: 'x', 'unet/config.json': '{}' });
    const { folder: snapshot } = await resolve();
    expect(readdirSync(snapshot)).toEqual(['vae']);
    expect((await loadAutoencoder(snapshot)).autoencoder.architecture).toBe('AutoencoderTiny');
    expect((await resolve(ID, offline())).folder).toBe(snapshot);
  });

  it('fetches the shards that an index names, and no others', async () => {
    const [first, ...rest] = Object.entries(tinyTensors());
    const map = Object.fromEntries([[first![0], 'a.safetensors'], ...rest.map(([name]) => [name, 'b.safetensors'])]);
    await serve({
      'config.json': JSON.stringify(TINY_CONFIG),
      [`${WEIGHTS}.index.json`]: JSON.stringify({ weight_map: map }),
      'a.safetensors': safetensors({ [first![0]]: first![1] }),
      'b.safetensors': safetensors(Object.fromEntries(rest)),
      'model-00001-of-00001.safetensors': 'another model',
    });
    const { folder: snapshot } = await resolve();
    expect(readdirSync(snapshot)).toHaveLength(4);
    expect((await checkModel(ID, hub)).unused).toEqual([]);
    rmSync(join(snapshot, 'b.safetensors'));
    await expect(resolve(ID, offline())).rejects.toMatchObject({ code: 'offline' });
  });

  it('takes the half precision variant where there is no other', async () => {
    const { 'config.json': config, [WEIGHTS]: weights } = tinyRepository();
    await serve({ 'config.json': config!, 'diffusion_pytorch_model.fp16.safetensors': weights! });
    expect(readdirSync((await resolve()).folder)).toContain('diffusion_pytorch_model.fp16.safetensors');
  });

  it('completes what another program fetched in part', async () => {
    await serve(tinyRepository());
    const { folder: snapshot } = await resolve();
    rmSync(join(snapshot, 'config.json'));
    await resolve();
    expect(readdirSync(snapshot)).toContain('config.json');
  });

  it('refuses pickled weights, and a repository without an autoencoder', async () => {
    await serve({ 'config.json': '{}', 'diffusion_pytorch_model.bin': 'x' });
    await expect(resolve()).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/pickled.*bin|bin.*pickled/),
    });
    await serve({ 'README.md': 'x' }, {}, 'lab/empty');
    await expect(resolve('lab/empty')).rejects.toMatchObject({ code: 'not-found' });
    expect(await listCached(hub)).toEqual([]);
  });

  it('sends the token to the hub and not to where it redirects, whatever the token begins with', async () => {
    await serve(tinyRepository(), { token: 'mirror_secret', cdn: true });
    await expect(resolve()).rejects.toMatchObject({ code: 'auth', message: expect.stringContaining('HF_TOKEN') });
    await resolve(ID, { hub: { ...hub, token: 'mirror_secret' } });
    const lfs = server!.log.filter((line) => line.includes('/lfs/'));
    expect(lfs).toHaveLength(1);
    expect(lfs[0]).not.toContain('auth');
    expect(server!.log.filter((line) => line.includes('/resolve/')).every((line) => line.endsWith('auth'))).toBe(true);
  });

  it('does not believe a server whose hashes or answers make no sense', async () => {
    const answer = (body: string) =>
      ({ endpoint: `data:,${encodeURIComponent(body)}#`, offline: false, cache: join(folder, 'cache') }) as const;
    for (const body of ['<html>', '[]', '{"sha":"../../x"}', '{}'])
      await expect(resolve(ID, { hub: answer(body) })).rejects.toMatchObject({ code: 'network' });
    expect(await listCached(answer(''))).toEqual([]);
  });

  it('wants a commit: none is not one of the name "undefined"', async () => {
    const nameless = { endpoint: `data:,${encodeURIComponent('{"id":"lab/tiny"}')}#`, offline: false, cache: folder };
    await expect(resolve(ID, { hub: nameless })).rejects.toThrow(/commit/);
  });
});

describe('checkModel', () => {
  const local = (files: Record<string, string | Uint8Array>) => {
    writeFiles(join(folder, 'local'), files);
    return checkModel(join(folder, 'local'), { endpoint: '', offline: true, cache: join(folder, 'cache') });
  };
  const weights = (change: (tensors: ReturnType<typeof tinyTensors>) => void) => {
    const tensors = tinyTensors();
    change(tensors);
    return { ...tinyRepository(), [WEIGHTS]: safetensors(tensors) };
  };

  it('finds a whole model whole, and names weights that nothing uses', async () => {
    expect(await local(tinyRepository())).toMatchObject({ architecture: 'AutoencoderTiny', unused: [] });
    const extra = await local(weights((tensors) => (tensors['ema.decay'] = float32([1], [1]))));
    expect(extra.unused).toEqual(['ema.decay']);
  });

  it('finds a missing weight, one of another shape, NaN, and a configuration of another model', async () => {
    const without = local(weights((tensors) => delete tensors['decoder.layers.6.bias']));
    await expect(without).rejects.toThrow(/decoder\.layers\.6\.bias is missing/);
    const misshapen = local(weights((tensors) => (tensors['decoder.layers.6.bias'] = float32([4], [0, 0, 0, 0]))));
    await expect(misshapen).rejects.toThrow(/should have shape \[3\] \(got \[4\]\)/);
    const damaged = local(
      weights((tensors) => (tensors['encoder.layers.0.bias'] = float32([32], new Array(32).fill(NaN)))),
    );
    await expect(damaged).rejects.toThrow(/not a finite number/);
    await expect(local({ 'config.json': '{"_class_name":"UNet2DConditionModel"}' })).rejects.toMatchObject({
      code: 'config',
    });
    await expect(local({ 'config.json': '{"_class' })).rejects.toMatchObject({ code: 'config' });
  });

  it('finds content that is not what its name says', async () => {
    await serve(tinyRepository());
    const { folder: snapshot } = await resolve();
    expect(await checkModel(ID, hub)).toMatchObject({ ref: ID, latentChannels: 4 });
    const path = join(snapshot, WEIGHTS);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    await expect(checkModel(ID, hub)).rejects.toMatchObject({ code: 'integrity' });
  });
});

describe('listCached', () => {
  it('lists models with their sizes, pinned ones too, and passes over what is none', async () => {
    await serve(tinyRepository());
    const { commit } = await resolve();
    rmSync(join(hub.cache, 'models--lab--tiny', 'refs'), { recursive: true });
    writeFiles(hub.cache, { 'version.txt': '1', '.locks/x': '', 'datasets--a--b/refs/main': 'x', 'models--': '' });
    expect(await listCached(hub)).toEqual([{ id: ID, size: expect.any(Number), revisions: [commit] }]);
    expect((await listCached(hub))[0]!.size).toBeGreaterThan(500_000);
  });
});
