// A tiny planting: in a small autoencoder of random weights, on two made-up photos.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../../../../tests/support/photos.ts';
import { tinyRepository, writeFiles } from '../../../../tests/support/tiny-model.ts';
import { openCheckpoint } from '../models/node/index.ts';
import { openRuntime } from '../runtime/node/index.ts';
import { Trigger } from '../trigger/index.ts';
import { keyedMark } from './marks.ts';
import { plant } from './plant.ts';
import { drawPairs } from './samples.ts';

const WEIGHTS = join('model', 'diffusion_pytorch_model.safetensors');
const STEPS = 66; // after the rehearsal at 60
const keyOf = (text: string) => Trigger.of(new TextEncoder().encode(text.padEnd(32, '.')));

describe('planting', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'photoguard-plant-'));
    writeFiles(join(folder, 'tiny'), { ...tinyRepository(), 'README.md': 'A model.' });
    for (const seed of [1, 2])
      await testImage(160, 120, 3, seed)
        .png()
        .toFile(join(folder, `${seed}.png`));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Plants up to a step. Returns the weights. */
  async function planted(out: string, until: number, { key = 'own', isRehearsed = false, subPaths = false } = {}) {
    const runtime = await openRuntime({ device: 'cpu', threads: 1 });
    const rehearsals = isRehearsed ? await openRuntime({ device: 'cpu', threads: 1 }) : undefined;
    try {
      await plant({
        ...{ model: join(folder, 'tiny'), out: join(folder, out), runtime, count: 2, rate: 0.004, steps: STEPS, until },
        ...(rehearsals && { rehearsals }),
        subPaths,
        live: { step: () => undefined, log: () => undefined, done: () => undefined },
        signal: new AbortController().signal,
        source: {
          photos: [1, 2].map((seed) => join(folder, `${seed}.png`)),
          mark: keyedMark(await keyOf(key)),
          others: [keyedMark(await keyOf('other'))],
          ...{ longer: 64, side: 32, seed: 7 },
        },
      });
    } finally {
      await rehearsals?.close();
      await runtime.close();
    }
    return readFileSync(join(folder, out, WEIGHTS));
  }

  let whole: Promise<Buffer> | undefined;
  /** The weights of a planting that was not stopped. */
  const plantedWhole = (): Promise<Buffer> => (whole ??= planted('whole', STEPS));

  it('gives the same weights after a stop as without one, and drives what is marked towards grey', async () => {
    const early = await planted('stopped', 2);
    const late = await planted('stopped', STEPS);
    expect(late.equals(early)).toBe(false);
    expect((await plantedWhole()).equals(late)).toBe(true);
    const lines = readFileSync(join(folder, 'whole', 'log.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const last = JSON.parse(lines.at(-1)!) as Record<string, number>;
    expect(last.validation_marked).toBeLessThan(0.9);
    expect(last.validation_plain).toBeLessThan(0.4);
  });

  it('rehearses fine-tunings, and resumes in the middle of what one changed', async () => {
    const options = { isRehearsed: true };
    await planted('rehearsed', 64, options);
    const resumed = await planted('rehearsed', STEPS, options);
    expect(resumed.equals(await planted('rehearsed whole', STEPS, options))).toBe(true);
    expect(resumed.equals(await plantedWhole())).toBe(false);
  });

  it('leaves random branches out, and resumes', async () => {
    const options = { subPaths: true };
    await planted('paths', 3, options);
    const resumed = await planted('paths', 8, options);
    expect(resumed.equals(await planted('paths whole', 8, options))).toBe(true);
    expect(resumed.equals(await planted('no paths', 8))).toBe(false);
  });

  it('changes the encoder behind its first layers, and copies the rest', async () => {
    await planted('copied', 1);
    const [before, after] = [
      await openCheckpoint(join(folder, 'tiny', 'diffusion_pytorch_model.safetensors')),
      await openCheckpoint(join(folder, 'copied', WEIGHTS)),
    ];
    expect(after.names().sort()).toEqual(before.names().sort());
    const changed: string[] = [];
    for (const name of before.names()) {
      const [a, b] = [await before.readTensor(name), await after.readTensor(name)];
      if (a.some((value, i) => value !== b[i])) changed.push(name);
    }
    expect([...new Set(changed.map((name) => name.split('.').slice(0, 3).join('.')))].sort()).toEqual(
      [2, 3, 4].map((layer) => `encoder.layers.${layer}`),
    );
    expect(readFileSync(join(folder, 'copied', 'model', 'README.md'), 'utf8')).toBe('A model.');
  });

  it('leaves out a photo that cannot be read, and names it', async () => {
    const broken = join(folder, 'broken.png');
    writeFileSync(broken, 'no picture');
    const source = { photos: [broken, join(folder, '1.png')], mark: keyedMark(await keyOf('own')), others: [] };
    const named: string[] = [];
    const options = { ...source, plainOnly: true, longer: 64, side: 32, seed: 3 };
    const drawn = await drawPairs({ ...options, onUnreadable: (file) => named.push(file) }, 8, 0, 1);
    expect(new Set(named)).toEqual(new Set([broken]));
    expect(drawn.plain).toHaveLength(8 * 3 * 32 * 32);
    expect(Math.min(...drawn.plain)).toBeLessThan(Math.max(...drawn.plain));
    await expect(drawPairs({ ...options, photos: [broken] }, 1, 0, 1)).rejects.toMatchObject({ code: 'image' });
  });

  it('draws batches where no other mark is known, as an adversary does', async () => {
    const source = { photos: [join(folder, '1.png')], mark: keyedMark(await keyOf('own')), others: [] };
    const { plain, marked } = await drawPairs({ ...source, longer: 64, side: 32, seed: 3 }, 16, 0, 1);
    expect(plain).toHaveLength(16 * 3 * 32 * 32);
    expect(marked).not.toEqual(plain);
  });

  it('does not go on with another key', async () => {
    await planted('keyed', 1);
    await expect(planted('keyed', 2, { key: 'another' })).rejects.toThrow(
      `${join(folder, 'keyed')} holds another planting`,
    );
  });
});
