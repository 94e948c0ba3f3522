import { describe, expect, it } from 'vitest';
import { testPixels } from '../../../../tests/support/photos.ts';
import { type Mask, type Pixels8, readPlanes } from '../image/index.ts';
import { View } from './view.ts';
import { sumLengths, takePart, Views } from './views.ts';

const photo: Pixels8 = { width: 20, height: 14, channels: 3, data: testPixels(20, 14, 3) };
const mask: Mask = { width: 20, height: 14, data: Uint8Array.from({ length: 280 }, (_, i) => (i % 20 < 6 ? 1 : 0)) };
const sizes = [
  { width: 20, height: 14 },
  { width: 8, height: 16 },
  { width: 12, height: 8 },
];
const views = new Views({ photo, sizes, mask, grey: true });

describe('views of several sizes', () => {
  it('are those of each size alone', () => {
    for (const [k, size] of sizes.entries()) {
      const alone = new View({ photo, size, mask, grey: true });
      expect(takePart(views.see(readPlanes(photo)).data, sizes, k)).toEqual(alone.see(readPlanes(photo)).data);
      expect(takePart(views.exact(photo).data, sizes, k)).toEqual(alone.exact(photo).data);
    }
  });

  it('pull back the sum of what each pulls back', () => {
    const gradient = Float32Array.from({ length: sumLengths(sizes) }, (_, i) => Math.sin(i * i));
    for (let channel = 0; channel < 3; channel++) {
      const planes = sizes.map((size, k) =>
        new View({ photo, size, mask, grey: true }).pull(takePart(gradient, sizes, k), channel, new Float32Array(280)),
      );
      const pulled = views.pull(gradient, channel, new Float32Array(280).fill(9));
      for (const [i, value] of pulled.entries())
        expect(value).toBeCloseTo(
          planes.reduce((sum, plane) => sum + plane[i]!, 0),
          4,
        );
    }
  });
});
