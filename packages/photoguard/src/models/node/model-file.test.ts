import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphBuilder } from 'onnx-grad';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyRepository, writeFiles } from '../../../../../tests/support/tiny-model.ts';
import { openRuntime } from '../../runtime/node/index.ts';
import { readJson } from './json-file.ts';
import { loadAutoencoder } from './load-autoencoder.ts';
import { readModelFile, withDataBeside } from './model-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-model-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

// A graph whose weights are in a file, as an ONNX file says it: relative to itself.
function graphWith(file: string) {
  const g = new GraphBuilder();
  g.output('y', g.initializer('w', { dtype: 'float32', shape: [1], file, offset: 0, length: 4 }));
  return g.build();
}
const findExternalFile = async (location: string, onnx: string): Promise<string> => {
  const [tensor] = (await withDataBeside(graphWith(location), onnx)).initializers.values();
  return (tensor as { file: string }).file;
};

describe('files of a model', () => {
  it('are regular files: a pipe does not hang, a folder and nothing are told apart from damage', async () => {
    const pipe = join(folder, 'config.json');
    execFileSync('mkfifo', [pipe]);
    await expect(readJson(pipe)).rejects.toMatchObject({
      code: 'config',
      message: /not a regular file/,
      got: 'a pipe',
    });
    await expect(readModelFile(pipe, 'checkpoint')).rejects.toMatchObject({ code: 'checkpoint', got: 'a pipe' });
    await expect(readJson(folder)).rejects.toMatchObject({ code: 'config', got: 'a folder' });
    await expect(readJson(join(folder, 'absent.json'))).rejects.toMatchObject({
      code: 'config',
      message: /absent.json: there is no such file/,
    });
  });

  it('may be in a folder with a backslash in its name', async () => {
    const model = join(folder, 'back\\slash');
    writeFiles(model, tinyRepository());
    const { autoencoder } = await loadAutoencoder(model);
    const g = new GraphBuilder();
    g.output('latent', autoencoder.encode(g, g.input('image', 'float32', [1, 3, 16, 16])).mean);
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const program = await runtime.load(g.build());
    expect((await program.run({ image: new Float32Array(3 * 256) })).latent!.length).toBeGreaterThan(0);
    await runtime.close();
  });
});

describe('external data of an ONNX file', () => {
  it('are beside it or below it', async () => {
    const model = join(folder, 'beside');
    writeFiles(model, { 'w.bin': 'abcd', 'data/w.bin': 'abcd' });
    expect(await findExternalFile('w.bin', join(model, 'm.onnx'))).toBe(join(model, 'w.bin'));
    expect(await findExternalFile('data/w.bin', join(model, 'm.onnx'))).toBe(join(model, 'data/w.bin'));
    await expect(findExternalFile('none.bin', join(model, 'm.onnx'))).rejects.toThrow(
      /none.bin: there is no such file/,
    );
  });

  it('are not outside its folder, neither by name nor by a link', async () => {
    const model = join(folder, 'inside');
    mkdirSync(model);
    writeFileSync(join(folder, 'secret'), 'abcd');
    symlinkSync(join(folder, 'secret'), join(model, 'link.bin'));
    symlinkSync(folder, join(model, 'up'));
    for (const location of ['../secret', join(folder, 'secret'), 'link.bin', 'up/secret'])
      await expect(findExternalFile(location, join(model, 'm.onnx')), location).rejects.toMatchObject({
        code: 'checkpoint',
        message: /outside its folder/,
        got: location,
      });
  });

  it('are links into the blobs of the same model in the cache of the hub, and of no other', async () => {
    const cache = join(folder, 'hub');
    writeFiles(cache, { 'models--a--b/blobs/1': 'abcd', 'models--c--d/blobs/1': 'abcd' });
    const snapshot = join(cache, 'models--a--b/snapshots/0');
    mkdirSync(snapshot, { recursive: true });
    symlinkSync('../../blobs/1', join(snapshot, 'w.bin'));
    symlinkSync('../../../models--c--d/blobs/1', join(snapshot, 'other.bin'));
    expect(await findExternalFile('w.bin', join(snapshot, 'm.onnx'))).toBe(join(snapshot, 'w.bin'));
    await expect(findExternalFile('other.bin', join(snapshot, 'm.onnx'))).rejects.toThrow(/outside its folder/);
  });
});
