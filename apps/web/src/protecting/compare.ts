// Pictures of what was changed: the difference, amplified around grey, and FLIP's map of what people see of it.

import type { Pixels8 } from 'photoguard/image';
import { flipMap } from 'photoguard/metrics';
import { decodeFile } from './decode.ts';
import { encodePhoto } from './encode.ts';
import type { CompareAsk } from './messages.ts';

/** How much larger a difference is shown. */
export const AMPLIFIED = 10;

/** A PNG of the photo's size. */
export async function compare({ original, result, how }: CompareAsk): Promise<Blob> {
  const [a, b] = await Promise.all([original, result].map(async (file) => (await decodeFile(file)).pixels));
  const picture = how === 'flip' ? heat(a!, b!) : difference(a!, b!);
  const { bytes } = await encodePhoto(picture, 'png', undefined, {});
  return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
}

function difference(a: Pixels8, b: Pixels8): Pixels8 {
  const grey = 128;
  const data = Uint8Array.from(a.data, (value, i) =>
    Math.min(Math.max(grey + AMPLIFIED * (b.data[i]! - value), 0), 255),
  );
  return { ...a, data };
}

// Black, red, yellow, white: FLIP of 0 to a half, since a protection's is rarely above.
function heat(a: Pixels8, b: Pixels8): Pixels8 {
  const { data: errors } = flipMap(a, b);
  const data = new Uint8Array(a.data.length);
  for (const [i, error] of errors.entries()) {
    const warmth = Math.min(2 * error, 1);
    for (let channel = 0; channel < 3; channel++)
      data[3 * i + channel] = Math.round(255 * Math.min(Math.max(3 * warmth - channel, 0), 1));
  }
  return { ...a, data };
}
