import { describe, expect, it } from 'vitest';
import { quadratic, smallImage } from '../../../../tests/support/quadratic.ts';
import { resizeImage } from '../image/index.ts';
import { ensemble } from './ensemble.ts';
import { keptOnly, masked } from './masked.ts';
import { EDITOR_RESIZE, resized } from './resized.ts';

const image = smallImage();
const dark = new Float32Array(image.data.length);
const light = dark.map(() => 1);

describe('an ensemble', () => {
  it('of one is that one', () => {
    const one = quadratic(dark);
    expect(ensemble([one])).toBe(one);
  });

  it('counts models alike whatever the size of their losses, and reports each', async () => {
    const both = ensemble([quadratic(dark, 1, 'a'), quadratic(dark, 1000, 'b')]);
    const { loss, gradient, parts } = await both.evaluate(image);
    expect(loss).toBeCloseTo(1, 6);
    expect(parts.map(({ ref }) => ref)).toEqual(['a', 'b']);
    const alone = (await quadratic(dark).evaluate(image)).gradient;
    for (const [i, g] of gradient.entries()) expect(g).toBeCloseTo(alone[i]! / parts[0]!.loss, 4);
  });

  it('favours the model that lags behind, unless a mean is asked for', async () => {
    const share = async (weighting: 'worst' | 'mean'): Promise<number> => {
      const pull = ensemble([quadratic(dark, 1, 'dark'), quadratic(light, 1, 'light')], weighting);
      await pull.evaluate({ ...image, data: image.data.map(() => 0.5) }); // the losses that count as 1
      const { gradient } = await pull.evaluate({ ...image, data: image.data.map(() => 0.4) });
      return gradient[0]!;
    };
    expect(await share('mean')).toBeLessThan(0); // towards light, which lags: its gradient is the larger
    expect(await share('worst')).toBeLessThan(2 * (await share('mean')));
  });

  it('releases every model', async () => {
    const [a, b] = [quadratic(dark), quadratic(light)];
    await ensemble([a, b]).release();
    expect([a.counted.released, b.counted.released]).toEqual([1, 1]);
  });
});

describe('what the model sees', () => {
  const mask = { width: 4, height: 3, data: Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0)) };

  it('under a mask is grey, and gets no gradient', async () => {
    const { gradient, loss } = await masked(mask, quadratic(dark)).evaluate(image);
    const seen = image.data.map((x, i) => (mask.data[i % 12] ? 0.5 : x));
    expect(loss).toBeCloseTo(
      seen.reduce((sum, x) => sum + (x * x) / 2, 0),
      4,
    );
    expect(gradient).toEqual(keptOnly(image.data, mask));
  });

  it('through a resize has the gradient of central differences', async () => {
    const size = { width: 2, height: 2 };
    const objective = resized(size, quadratic(new Float32Array(12).fill(0.9)));
    const { gradient } = await objective.evaluate(image);
    const h = 1e-2; // the loss is quadratic: differences are exact but for rounding
    for (const i of [0, 5, 13, 35]) {
      const at = (d: number) => ({ ...image, data: image.data.map((x, k) => (k === i ? x + d : x)) });
      const [up, down] = [await objective.measure(at(h)), await objective.measure(at(-h))];
      expect(gradient[i]).toBeCloseTo((up[0]!.loss - down[0]!.loss) / (2 * h), 3);
    }
  });

  it('is the photo itself where it has the size already', async () => {
    const objective = resized(image, quadratic(dark));
    expect((await objective.evaluate(image)).gradient).toEqual(image.data);
    expect(resizeImage(image, image, EDITOR_RESIZE).data.length).toBe(image.data.length);
  });
});
