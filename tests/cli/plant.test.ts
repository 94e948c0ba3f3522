// `photoguard plant`, and the trigger that `immunize --trigger` writes for it.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePhoto } from 'photoguard/image/node';
import { loadAutoencoder } from 'photoguard/models/node';
import { readRecord } from 'photoguard/record';
import { carriage, THRESHOLD, Trigger } from 'photoguard/trigger';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { realPhoto } from '../support/real-photo.ts';
import { photoguard } from './command.ts';
import { testPlace } from './place.ts';

const place = testPlace();
const KEY = 'a key that is long enough';
let key: string;
let photos: string;
beforeAll(async () => {
  key = place.fresh('key.txt');
  photos = place.fresh('photos');
  writeFileSync(key, KEY);
  mkdirSync(photos);
  const { data, width, height } = await realPhoto(256, 208);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(photos, 'one.png'));
});

const plant = (out: string, args: readonly string[], watch?: Parameters<typeof photoguard>[1]) =>
  photoguard(
    [
      ...['plant', '--model', place.model, '--trigger', key, '--photos', photos, '--out', out],
      ...['--batch', '1', '--longer', '64', '--side', '32', '--threads', '1', ...args],
    ],
    watch,
  );

/** Ctrl-C as soon as a few steps are done, however slow the machine is. */
function whenLogged(out: string, child: ChildProcess): void {
  const log = join(out, 'log.jsonl');
  const wait = setInterval(() => {
    if (!existsSync(log) || readFileSync(log, 'utf8') === '') return;
    clearInterval(wait);
    child.kill('SIGINT');
  }, 50);
  child.once('exit', () => clearInterval(wait));
}

describe('plant', () => {
  it('stops cleanly, goes on, and writes a model of the same layout', async () => {
    const out = place.fresh('planted');
    const stopped = await plant(out, ['--steps', '100000'], (child) => whenLogged(out, child));
    expect([stopped.status, stopped.stderr]).toEqual([130, expect.stringContaining('1 photo')]);
    expect(existsSync(join(out, 'last.safetensors'))).toBe(true);
    const refused = await plant(out, ['--steps', '3', '--seed', '9']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('holds another planting')]);
    const done = await plant(out, ['--steps', '1', '--json']);
    expect(JSON.parse(done.stdout)).toMatchObject({ finished: true, model: join(out, 'model') });
    expect((await loadAutoencoder(join(out, 'model'))).autoencoder.architecture).toBe('AutoencoderTiny');
  });

  it.each([
    ['a key that is not there', ['--trigger', 'nowhere.txt'], 'the key cannot be read'],
    ['a side that the encoder does not take', ['--side', '63'], '--side must be a multiple of'],
  ])('refuses %s in a line', async (_, args, message) => {
    const { status, stderr } = await plant(place.fresh('none'), args);
    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('immunize --trigger', () => {
  it('writes the trigger of the key, and says so in the record', async () => {
    const output = place.fresh('marked.png');
    const { status, stdout } = await photoguard([
      ...['immunize', join(photos, 'one.png'), '--recipe', 'instant', '--trigger', key, '-o', output],
    ]);
    expect(status).toBe(0);
    const trigger = await Trigger.of(new TextEncoder().encode(KEY));
    expect(stdout).toContain(`trigger  ${trigger.id}`);
    const { pixels, metadata } = await decodePhoto(output);
    expect(readRecord(metadata.xmp!).record).toMatchObject({ recipe: 'instant', trigger: trigger.id });
    const other = await Trigger.of(new TextEncoder().encode('the key of somebody else'));
    expect([carriage(pixels, trigger) > THRESHOLD, carriage(pixels, other) > THRESHOLD]).toEqual([true, false]);
  });
});
