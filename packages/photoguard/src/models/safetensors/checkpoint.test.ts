// Tensors by name from one or several sources, and from files on disk.
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzCheckpoints } from '../../../../../tests/fuzz/checkpoints.ts';
import { bits16, float32, safetensors } from '../../../../../tests/support/safetensors.ts';
import { openCheckpoint } from '../node/open-checkpoint.ts';
import { blobSource, bytesSource } from './byte-source.ts';
import { readCheckpoint } from './checkpoint.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const open = (tensors: Parameters<typeof safetensors>[0]) =>
  readCheckpoint('model', [bytesSource('model.safetensors', safetensors(tensors))]);

describe('a checkpoint', () => {
  it('widens half precision exactly, subnormals and signed zero too', async () => {
    const checkpoint = await open({
      half: bits16('F16', [0x3c00, 0xc000, 0x0001, 0x03ff, 0x8000, 0x7bff]),
      brain: bits16('BF16', [0x3f80, 0xc000, 0x0001, 0x8000, 0x7f7f]),
    });
    expect([...(await checkpoint.readTensor('half'))]).toEqual([1, -2, 2 ** -24, 1023 * 2 ** -24, -0, 65504]);
    expect([...(await checkpoint.readTensor('brain'))]).toEqual([1, -2, 2 ** -133, -0, (2 - 2 ** -7) * 2 ** 127]);
  });

  it('reads float32 as it is, float64 rounded, at offsets that no typed array could have', async () => {
    const doubles = new Uint8Array(Float64Array.of(0.1, 1e300).buffer);
    const checkpoint = await open({
      odd: { dtype: 'U8', shape: [3], bytes: new Uint8Array(3) },
      single: float32([2], [0.1, -1e-40]),
      double: { dtype: 'F64', shape: [2], bytes: doubles },
    });
    expect([...(await checkpoint.readTensor('single'))]).toEqual([Math.fround(0.1), Math.fround(-1e-40)]);
    expect((await checkpoint.readTensor('double'))[0]).toBe(Math.fround(0.1));
    await expect(checkpoint.readTensor('odd')).rejects.toMatchObject({ code: 'checkpoint' });
    await expect(checkpoint.readTensor('none')).rejects.toThrow(/no tensor "none"/);
  });

  it('is the same from a Blob, read in parts', async () => {
    const bytes = safetensors({ a: float32([2], [1, 2]) });
    const checkpoint = await readCheckpoint('model', [blobSource('file', new Blob([bytes.slice()]))]);
    expect([...(await checkpoint.readTensor('a'))]).toEqual([1, 2]);
    expect(checkpoint.get('a')?.file).toBe('file');
  });

  it('refuses two sources that hold a tensor of the same name', async () => {
    const source = (label: string) => bytesSource(label, safetensors({ a: float32([1], [1]) }));
    await expect(readCheckpoint('model', [source('x'), source('y')])).rejects.toThrow(/two of its files/);
  });
});

describe('checkFinite', () => {
  const nan: [string, Parameters<typeof safetensors>[0], number][] = [
    ['float32 NaN', { w: float32([3], [1, 2, Number.NaN]) }, 2],
    ['float32 infinity', { w: float32([2], [Number.NEGATIVE_INFINITY, 1]) }, 0],
    ['float16 infinity', { w: bits16('F16', [0x7bff, 0x7c00]) }, 1],
    ['bfloat16 NaN', { w: bits16('BF16', [0x7f7f, 0xffc0]) }, 1],
    ['float64 NaN', { w: { dtype: 'F64', shape: [2], bytes: new Uint8Array(Float64Array.of(1, NaN).buffer) } }, 1],
  ];
  it.each(nan)('finds %s', async (_, tensors, element) => {
    const checkpoint = await open(tensors);
    await expect(checkpoint.checkFinite()).rejects.toThrow(new RegExp(`element ${element} of "w" is not a finite`));
  });

  it('passes the largest finite values, and integers of any bits', async () => {
    const ones = new Uint8Array(8).fill(0xff);
    const checkpoint = await open({
      a: float32([2], [3.4028234663852886e38, -1e-45]),
      b: bits16('F16', [0x7bff, 0xfbff]),
      c: { dtype: 'F64', shape: [1], bytes: new Uint8Array(Float64Array.of(Number.MAX_VALUE).buffer) },
      d: { dtype: 'I64', shape: [1], bytes: ones },
    });
    await expect(checkpoint.checkFinite()).resolves.toBeUndefined();
  });

  it('goes through a large tensor a megabyte at a time, and counts elements over the parts', async () => {
    const values = new Float32Array(700_000);
    values[650_001] = Number.NaN;
    const bytes = safetensors({ w: float32([values.length], values) });
    let most = 0;
    const source = bytesSource('big', bytes);
    const checkpoint = await readCheckpoint('big', [
      {
        ...source,
        read: (offset, length) => {
          most = Math.max(most, length);
          return source.read(offset, length);
        },
      },
    ]);
    await expect(checkpoint.checkFinite()).rejects.toThrow(/element 650001/);
    expect(most).toBeLessThanOrEqual(1 << 20);
    await expect(checkpoint.checkFinite(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('openCheckpoint', () => {
  const index = async (name: string, map: unknown) => {
    const path = join(folder, name, 'model.safetensors.index.json');
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(path, JSON.stringify({ weight_map: map }));
    return path;
  };
  const shard = (name: string, file: string, tensor: string, value: number) =>
    writeFile(join(folder, name, file), safetensors({ [tensor]: float32([1], [value]) }));

  it('reads shards through their index', async () => {
    const path = await index('good', { a: '1.safetensors', b: '2.safetensors' });
    await shard('good', '1.safetensors', 'a', 1);
    await shard('good', '2.safetensors', 'b', 2);
    const checkpoint = await openCheckpoint(path);
    expect(checkpoint.names()).toEqual(['a', 'b']);
    expect((await checkpoint.readTensor('b'))[0]).toBe(2);
  });

  it('refuses an index whose shards lack a tensor, are missing, or lie elsewhere', async () => {
    const lacking = await index('lacking', { a: '1.safetensors', b: '1.safetensors' });
    await shard('lacking', '1.safetensors', 'a', 1);
    await expect(openCheckpoint(lacking)).rejects.toThrow(/"b" is not where the index says/);
    await expect(openCheckpoint(await index('missing', { a: 'no.safetensors' }))).rejects.toThrow(/no such file/);
    for (const file of ['../good/1.safetensors', '/etc/passwd', 'a.bin', 7, null])
      await expect(openCheckpoint(await index('elsewhere', { a: file }))).rejects.toThrow(
        /weight_map\.a must be a \.safetensors file in the same folder/,
      );
    for (const map of [undefined, null, {}, 3])
      await expect(openCheckpoint(await index('none', map))).rejects.toThrow(
        /weight_map must be files of weights by the names of tensors/,
      );
  });

  it('has a clear error for what is no file, and for a file cut short after it was opened', async () => {
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'checkpoint' });
    await expect(openCheckpoint(join(folder, 'absent.safetensors'))).rejects.toThrow(/no such file/);
    const path = join(folder, 'cut.safetensors');
    await writeFile(path, safetensors({ a: float32([8], new Array(8).fill(1)) }));
    const checkpoint = await openCheckpoint(path);
    await truncate(path, 100);
    await expect(checkpoint.readTensor('a')).rejects.toThrow(/became shorter/);
  });

  it.skipIf(process.getuid?.() === 0)('has a clear error for a file it may not read (skipped as root)', async () => {
    const path = join(folder, 'secret.safetensors');
    await writeFile(path, safetensors({}));
    await chmod(path, 0);
    await expect(openCheckpoint(path)).rejects.toMatchObject({ code: 'checkpoint' });
  });
});

describe('mutated checkpoints', () => {
  it('load to valid tensors or are refused in one line, 600 of them', async () => {
    const { broken, loaded, refused, slowestMs } = await fuzzCheckpoints(600, 1);
    expect(broken).toEqual([]);
    expect(loaded).toBeGreaterThan(50); // the mutations are no mere noise
    expect(refused).toBeGreaterThan(200);
    expect(slowestMs).toBeLessThan(2000);
  });
});
