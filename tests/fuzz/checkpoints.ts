/*
 * Mutated checkpoints, and the promise they are held against: reading one gives tensors that lie inside the file with
 * as many elements as their shapes say, or a PhotoGuardError of code `checkpoint` with one short line; never another
 * error, a read outside the file, an allocation beyond its size, or a hang. Mutations are those that files suffer and
 * those that attackers make (lengths, offsets and dimensions set to extremes). The same count and seed give the same files.
 */
import { PhotoGuardError } from '../../packages/photoguard/src/errors.ts';
import { readCheckpoint } from '../../packages/photoguard/src/models/safetensors/checkpoint.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { bits16, float32, rawSafetensors, safetensors } from '../support/safetensors.ts';

/** What became of the files. */
export interface CheckpointFuzzOutcome {
  /** Loaded to tensors. */
  readonly loaded: number;
  /** Refused with a PhotoGuardError. */
  readonly refused: number;
  /** Files that broke the promise: what happened, and the index to make the file again. */
  readonly broken: readonly string[];
  /** Of the processor. */
  readonly slowestMs: number;
}

/** Reads `count` mutated files, every tensor of them, and counts what came of it. */
export async function fuzzCheckpoints(count: number, seed: number): Promise<CheckpointFuzzOutcome> {
  const broken: string[] = [];
  let loaded = 0;
  let refused = 0;
  let slowestMs = 0;
  for (let index = 0; index < count; index++) {
    const random = generator(seed * 1_000_003 + index);
    const bytes = random(2) === 0 ? mutateBytes(ORIGINAL, random) : mutateHeader(random);
    const start = cpuMs();
    try {
      const problem = await readAll(bytes);
      if (problem === undefined) loaded++;
      else broken.push(`#${index}: ${problem}`);
    } catch (error) {
      if (isClear(error)) refused++;
      else broken.push(`#${index}: ${String(error)}`);
    }
    slowestMs = Math.max(slowestMs, cpuMs() - start);
  }
  return { loaded, refused, broken, slowestMs };
}

const isClear = (error: unknown): boolean =>
  error instanceof PhotoGuardError &&
  error.code === 'checkpoint' &&
  !error.message.includes('\n') &&
  error.message.length < 500;

async function readAll(bytes: Uint8Array): Promise<string | undefined> {
  let problem: string | undefined;
  const source = {
    label: 'mutated.safetensors',
    size: bytes.length,
    read: async (offset: number, length: number): Promise<Uint8Array> => {
      if (!(offset >= 0 && length >= 0 && (offset + length <= bytes.length || (offset === 0 && length === 8))))
        problem = `reads ${length} bytes at ${offset} of ${bytes.length}`;
      return bytes.subarray(offset, offset + length);
    },
  };
  const checkpoint = await readCheckpoint(source.label, [source]);
  for (const name of checkpoint.names()) {
    const tensor = checkpoint.get(name)!;
    if (!tensor.dtype.includes('float')) continue;
    const { length } = await checkpoint.readTensor(name);
    if (length !== tensor.shape.reduce((a, b) => a * b, 1)) problem ??= `${length} elements for [${tensor.shape}]`;
  }
  await checkpoint.checkFinite().catch((error: unknown) => {
    if (!isClear(error)) throw error;
  });
  return problem;
}

// Most of it is data, so that mutations reach elements as well as the header.
const ORIGINAL = safetensors({
  'encoder.conv_in.weight': float32([2, 3, 1, 1], [1, 2, 3, 4, 5, 6]),
  'encoder.conv_in.bias': float32([2], [0, -1]),
  'decoder.half': bits16('F16', [0x3c00, 0x0001, 0x8000, 0x7bff]),
  'decoder.brain': bits16('BF16', [0x3f80, 0x0001]),
  'decoder.conv_in.weight': float32([20, 20, 1, 1], new Array(400).fill(0.5)),
  steps: { dtype: 'I64', shape: [], bytes: new Uint8Array(8) },
});

function mutateBytes(original: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(original);
  for (let times = 1 + random(3); times > 0 && bytes.length > 0; times--) {
    const at = random(bytes.length);
    const length = 1 + random(Math.min(32, bytes.length - at));
    const kind = random(6);
    if (kind === 0) bytes = bytes.slice(0, at);
    else if (kind === 1) bytes[at]! ^= 1 << random(8);
    else if (kind === 2) bytes.fill(random(2) * 0xff, at, at + length);
    else if (kind === 3) bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    else if (kind === 4) bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    else bytes[random(Math.min(8, bytes.length))] = random(256); // the header's length
  }
  return bytes;
}

const EXTREMES: readonly unknown[] = [
  ...[-1, 0, 1, 3, 0.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, Number.MAX_SAFE_INTEGER],
  ...[null, true, '', 'F32', 'F8_E4M3', 'X\n', '1', [], [0], [2 ** 40, 2 ** 40, 0], [1, [1]], {}],
];

// A well-formed header with values that lie; sometimes an entry too many, or twice.
function mutateHeader(random: Random): Uint8Array {
  const headerBytes = Number(new DataView(ORIGINAL.buffer).getBigUint64(0, true));
  const text = new TextDecoder().decode(ORIGINAL.subarray(8, 8 + headerBytes));
  const header = JSON.parse(text) as Record<string, unknown>;
  const data = ORIGINAL.subarray(8 + headerBytes);
  const names = Object.keys(header);
  for (let times = 1 + random(2); times > 0; times--) {
    const name = names[random(names.length)]!;
    const former: unknown = header[name];
    const entry = (typeof former === 'object' && former !== null ? former : {}) as Record<string, unknown>;
    const extreme = EXTREMES[random(EXTREMES.length)];
    const key = ['dtype', 'shape', 'data_offsets'][random(3)]!;
    const list = entry[key];
    const kind = random(6);
    if (kind === 0) entry[key] = extreme;
    else if (kind === 1 && Array.isArray(list) && list.length > 0) list[random(list.length)] = extreme;
    else if (kind === 2) delete entry[key];
    else if (kind === 3) delete header[name];
    else if (kind === 4) header[['__proto__', 'a\nb', 'x'.repeat(5000), 'constructor'][random(4)]!] = { ...entry };
    else Object.assign(header, { [name]: extreme });
  }
  const mutated = JSON.stringify(header);
  const twice = random(10) === 0 ? mutated.replace('{', `{"steps":${JSON.stringify(header.steps ?? 1)},`) : mutated;
  return rawSafetensors(twice, data.subarray(0, random(4) === 0 ? random(data.length + 1) : data.length));
}

type Random = (below: number) => number;

/** Numbers below a bound, from a 32-bit mixing generator (add, multiply, xor-shift). */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
