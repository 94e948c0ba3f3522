// What a .safetensors header may say, and each lie that it may tell.
import { describe, expect, it } from 'vitest';
import { float32, rawSafetensors, safetensors } from '../../../../../tests/support/safetensors.ts';
import { bytesSource } from './byte-source.ts';
import { readSafetensorsHeader } from './header.ts';

const read = (bytes: Uint8Array) => readSafetensorsHeader(bytesSource('model.safetensors', bytes));
const entry = (dtype: unknown, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });
const withHeader = (header: unknown, dataBytes: number) =>
  read(rawSafetensors(JSON.stringify(header), new Uint8Array(dataBytes)));

describe('readSafetensorsHeader', () => {
  it('gives dtype, shape and byte range counted from the start of the file', async () => {
    const bytes = safetensors({ a: float32([2, 1], [1, 2]), b: float32([], [3]) });
    const tensors = await read(bytes);
    expect(tensors.get('a')).toMatchObject({ dtype: 'float32', shape: [2, 1], length: 8 });
    const { offset } = tensors.get('b')!;
    expect(new DataView(bytes.buffer).getFloat32(offset, true)).toBe(3);
    expect(tensors.has('__metadata__')).toBe(false);
  });

  it('reads the header and nothing of the tensors', async () => {
    const bytes = safetensors({ big: float32([1000], new Array(1000).fill(1)) });
    let most = 0;
    await readSafetensorsHeader({
      label: 'x',
      size: bytes.length,
      read: async (offset, length) => {
        most = Math.max(most, offset + length);
        return bytes.subarray(offset, offset + length);
      },
    });
    expect(most).toBe(bytes.length - 4000);
  });

  it('takes a tensor without elements and a file without tensors', async () => {
    expect((await withHeader({ none: entry('F32', [0, 4], [0, 0]) }, 0)).get('none')?.length).toBe(0);
    expect((await withHeader({}, 0)).size).toBe(0);
  });

  const lies: [string, Uint8Array | [unknown, number], RegExp][] = [
    ['an empty file', new Uint8Array(0), /too short .*got 0 bytes/],
    ['a file of five bytes', new Uint8Array(5), /too short/],
    ['a header longer than the file', rawSafetensors('{}', new Uint8Array(0), 1000n), /length of the header is wrong/],
    ['a header beyond 100 MB', rawSafetensors('{}', new Uint8Array(0), 2n ** 63n), /length of the header is wrong/],
    ['a header of length 0', rawSafetensors('{}', new Uint8Array(9), 0n), /length of the header is wrong/],
    ['a header that is no JSON', rawSafetensors('{"a":', new Uint8Array(0)), /not valid JSON/],
    ['a header that is no text', rawSafetensors('{}', new Uint8Array([255, 254]), 4n), /not valid JSON/],
    ['a header that is a list', [[1], 0], /not a JSON object/],
    ['an entry that is null', [{ a: null }, 4], /dtype that is not known/],
    ['an unknown dtype', [{ a: entry('F33', [1], [0, 4]) }, 4], /"a" has a dtype that is not known \(got "F33"\)/],
    ['a dtype that no graph has', [{ a: entry('F8_E4M3', [1], [0, 1]) }, 1], /not supported .*convert the file/],
    ['a range of another size', [{ a: entry('F32', [2], [0, 4]) }, 4], /takes 8 bytes \(got a range of 4\)/],
    ['a range beyond the file', [{ a: entry('F32', [2], [0, 8]) }, 4], /ends after the file/],
    ['a range that runs backwards', [{ a: entry('F32', [0], [8, 4]) }, 8], /takes 0 bytes/],
    ['overlapping tensors', [{ a: entry('U8', [4], [0, 4]), b: entry('U8', [4], [2, 6]) }, 6], /"a" and "b" overlap/],
    ['a hole', [{ a: entry('U8', [1], [0, 1]), b: entry('U8', [1], [3, 4]) }, 4], /a hole of 2 bytes/],
    ['bytes after the last tensor', [{ a: entry('U8', [1], [0, 1]) }, 9], /8 bytes too many/],
    ['a negative dimension', [{ a: entry('F32', [-1], [0, 4]) }, 4], /no valid shape \(got \[-1\]\)/],
    ['half a dimension', [{ a: entry('F32', [0.5], [0, 2]) }, 2], /no valid shape/],
    ['a huge dimension', [{ a: entry('F32', [2 ** 53], [0, 4]) }, 4], /no valid shape/],
    ['dimensions with a huge product', [{ a: entry('F32', [2 ** 40, 2 ** 40], [0, 4]) }, 4], /takes .* bytes/],
    ['a huge product times zero', [{ a: entry('F32', new Array(8).fill(2 ** 52), [0, 4]) }, 4], /takes .* bytes/],
    ['nine dimensions', [{ a: entry('U8', new Array(9).fill(1), [0, 1]) }, 1], /no valid shape/],
    ['three offsets', [{ a: entry('U8', [1], [0, 1, 2]) }, 1], /no valid byte range/],
  ];
  it.each(lies)('refuses %s', async (_, file, message) => {
    const reading = file instanceof Uint8Array ? read(file) : withHeader(...file);
    await expect(reading).rejects.toMatchObject({ code: 'checkpoint', message: expect.stringMatching(message) });
  });

  it('refuses a key that is there twice, also when spelled with escapes', async () => {
    const a = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
    await expect(read(rawSafetensors(`{"a":${a},"a":${a}}`, new Uint8Array(1)))).rejects.toThrow(/key "a" twice/);
    await expect(read(rawSafetensors(`{"a":${a}, "\\u0061" :${a}}`, new Uint8Array(1)))).rejects.toThrow(/twice/);
    const b = a.replace('[0,1]', '[1,2]');
    await expect(read(rawSafetensors(`{"a":${a},"b":${b}}`, new Uint8Array(2)))).resolves.toBeDefined();
    const quotes = `{"a\\"":${a},"a\\\\":${b}}`; // keys that end in a quote and in a backslash
    expect([...(await read(rawSafetensors(quotes, new Uint8Array(2)))).keys()]).toEqual(['a"', 'a\\']);
  });

  it('says it in one short line, whatever the names', async () => {
    const reading = withHeader({ [`a\n${'x'.repeat(10_000)}`]: entry('nope', [1], [0, 1]) }, 1);
    const error = (await reading.catch((e: unknown) => e)) as Error;
    expect(error.message).not.toContain('\n');
    expect(error.message.length).toBeLessThan(400);
  });
});
