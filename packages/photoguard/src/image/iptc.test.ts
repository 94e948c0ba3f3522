import { expect, it } from 'vitest';
import { concat, latin1 } from './bytes.ts';
import { iptcOfRawProfile, normaliseIptc } from './iptc.ts';
import { dataset, hiddenPicture, resource } from './testing/carriers.ts';

it('IPTC that is cut off ends with its last whole part', async () => {
  const hidden = await hiddenPicture();
  const whole = resource(0x0404, dataset(2, 5, latin1('A title')));
  const cutOff = resource(0x040c, hidden).subarray(0, 60);
  expect(normaliseIptc(concat([whole, cutOff])).iptc).toEqual(whole);
  expect(normaliseIptc(cutOff)).toEqual({ removed: ["Photoshop's thumbnail"] });
  const wide = dataset(2, 120, new Uint8Array(40_000).fill(65));
  expect(normaliseIptc(concat([wide, dataset(8, 10, hidden)]))).toEqual({ iptc: wide, removed: ["IPTC's preview"] });
  expect(iptcOfRawProfile('\niptc\n       3\n1c0\n')).toBeUndefined();
});
