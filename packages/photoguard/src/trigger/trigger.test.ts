import { describe, expect, it } from 'vitest';
import { realPhoto } from '../../../../tests/support/real-photo.ts';
import type { Pixels8 } from '../image/index.ts';
import { sharpCodecs } from '../image/node/index.ts';
import { flip } from '../metrics/index.ts';
import { parsePurifier } from '../purifiers/index.ts';
import { carriage, THRESHOLD } from './carriage.ts';
import { Trigger } from './trigger.ts';

const key = (text: string): Uint8Array => new TextEncoder().encode(text.padEnd(32, '.'));
const rms = (a: Pixels8, b: Pixels8): number =>
  Math.sqrt(a.data.reduce((sum, value, i) => sum + (value - b.data[i]!) ** 2, 0) / a.data.length);

describe('a keyed trigger', () => {
  it('depends on the key alone, and names it', async () => {
    const photo = await realPhoto();
    const [one, again, other] = await Promise.all(['a', 'a', 'b'].map((text) => Trigger.of(key(text))));
    expect(one!.write(photo)).toEqual(again!.write(photo));
    expect(one!.write(photo)).not.toEqual(other!.write(photo));
    expect([one!.id, other!.id]).toEqual(['cfd02bef', '01a9e878']);
  });

  it('is small, and leaves alone what is masked', async () => {
    const photo = await realPhoto(384, 320);
    const trigger = await Trigger.of(key('a'));
    const marked = trigger.write(photo);
    expect(rms(photo, marked)).toBeGreaterThan(0.8);
    expect(rms(photo, marked)).toBeLessThan(4);
    expect(flip(photo, marked)).toBeLessThan(0.065);
    const mask = {
      width: 384,
      height: 320,
      data: Uint8Array.from({ length: 384 * 320 }, (_, i) => (i < 9000 ? 1 : 0)),
    };
    const around = trigger.write(photo, { mask });
    expect(around.data.subarray(0, 27_000)).toEqual(photo.data.subarray(0, 27_000));
    expect(around.data.subarray(-27_000)).not.toEqual(photo.data.subarray(-27_000));
  });

  it('is found after uploads by its key alone', async () => {
    const photo = await realPhoto(384, 320);
    const [own, other] = [await Trigger.of(key('a')), await Trigger.of(key('b'))];
    const marked = own.write(photo);
    for (const upload of ['jpeg:75 > resize:0.5', 'crop:0.1']) {
      const sent = await parsePurifier(upload).apply(marked, { seed: 0, codecs: sharpCodecs });
      expect({ [upload]: carriage(sent, own) > THRESHOLD }).toEqual({ [upload]: true });
      expect({ [upload]: carriage(sent, other) > THRESHOLD }).toEqual({ [upload]: false });
    }
    expect(carriage(photo, own)).toBeLessThan(THRESHOLD);
  });

  it.each([15, 4097])('refuses a key of %i bytes', async (length) => {
    await expect(Trigger.of(new Uint8Array(length))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^a trigger's key must have 16 to 4096 bytes/),
      got: `${length} bytes`,
    });
  });
});
