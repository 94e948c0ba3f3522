import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  l2,
  linf255,
  measurePair,
  msSsim,
  msSsimPiq,
  PAIR_METRICS,
  psnr,
  type Rgb8,
  ssim,
  ssimPooled,
} from './index.ts';

const all = Object.entries(PAIR_METRICS);

describe('every metric of pairs', () => {
  it.each(all)('%s of equal pictures is its best value', (field, { better, of }) => {
    const best = field === 'psnr' ? Number.POSITIVE_INFINITY : better === 'higher' ? 1 : 0;
    const value = of(photo(), photo());
    if (Number.isFinite(best)) expect(value).toBeCloseTo(best, 8);
    else expect(value).toBe(best);
  });

  it.each(all)('%s gets worse with more noise', (_, { better, of }) => {
    const values = [2, 6, 18, 54].map((strength) => of(photo(), noisy(photo(), strength)));
    const sorted = values.toSorted((a, b) => (better === 'higher' ? b - a : a - b));
    expect(values).toEqual(sorted);
    expect(new Set(values).size).toBe(4);
  });

  it.each(all.filter(([field]) => field !== 'vifp'))('%s is symmetric', (_, { of }) => {
    const [a, b] = [photo(), noisy(photo(), 20)];
    expect(of(b, a) / of(a, b)).toBeCloseTo(1, 12);
  });

  it('vifp is not: it asks how much of the first can be seen in the second', () => {
    const [a, b] = [photo(), noisy(photo(), 20)];
    const { of } = PAIR_METRICS.vifp!;
    expect(Math.abs(of(a, b) - of(b, a))).toBeGreaterThan(0.01);
  });

  // Sides that can be halved four times: at odd ones the border is on one side. VIFp keeps every second pixel from the
  // first one on. FSIM's filters are not symmetric at the edge of the spectrum.
  it.each(all.filter(([field]) => !field.startsWith('fsim')))('%s is the same of mirrored pictures', (_, { of }) => {
    const [a, b] = [photo(192, 176), noisy(photo(192, 176), 12)];
    expect(of(mirrored(a), mirrored(b)) / of(a, b)).toBeCloseTo(1, field(of) === 'vifp' ? 2 : 12);
  });

  it.each(all)('%s leaves the pictures alone, and gives the same again', (_, { of }) => {
    const [a, b] = [photo(), noisy(photo(), 12)];
    const value = of(a, b);
    expect(of(a, b)).toBe(value);
    // Not toEqual: it takes a second for so many bytes.
    for (const [seen, made] of [
      [a, photo()],
      [b, noisy(photo(), 12)],
    ] as const)
      expect(Buffer.compare(seen.data, made.data)).toBe(0);
  });

  it.each(all)('%s refuses pictures of different size, or with bytes missing', (_, { of }) => {
    const a = photo();
    expect(() => of(a, photo(180, 200))).toThrow(/same size.*200x180 and 180x200/);
    expect(() => of({ ...a, data: new Uint8Array(5) }, a)).toThrow(/108000 bytes.*got 5/);
  });

  it.each(all)('%s of any two pictures is within its range, or NaN where they are too small', (_, { better, of }) => {
    const size = fc.record({ width: fc.integer({ min: 1, max: 50 }), height: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(size, fc.nat(), ({ width, height }, seed) => {
        const value = of(random(width, height, seed), random(width, height, seed + 1));
        if (better === 'lower') expect(value).toBeGreaterThanOrEqual(0);
        else if (!Number.isNaN(value)) expect(value).toBeLessThanOrEqual(field(of) === 'psnr' ? 100 : 1.5);
      }),
      { numRuns: 30 },
    );
  });
});

describe('all metrics of a pair at once', () => {
  it('are what each of them gives', () => {
    const [a, b] = [photo(), noisy(photo(), 12)];
    expect(measurePair(a, b)).toEqual(Object.fromEntries(all.map(([field, { of }]) => [field, of(a, b)])));
    expect(Object.keys(measurePair(a, b))).toEqual(Object.keys(PAIR_METRICS));
    expect(measurePair(a, b, ['psnr', 'fsim'])).toEqual({ psnr: psnr(a, b), fsim: PAIR_METRICS.fsim!.of(a, b) });
  });
});

describe('psnr, linf255, l2', () => {
  it('of a picture one level brighter follow from their definitions', () => {
    expect(psnr(flat(7), flat(8))).toBeCloseTo(20 * Math.log10(255), 12);
    expect(linf255(flat(8), flat(7))).toBe(1);
    expect(l2(flat(7), flat(8))).toBeCloseTo(Math.sqrt(3 * 16 * 12) / 255, 12);
  });
});

describe('the size of pictures', () => {
  it('is at least the window for ssim, five halvings more for ms-ssim, the largest window for vifp', () => {
    const defined = (field: string, width: number, height: number): boolean => {
      return !Number.isNaN(PAIR_METRICS[field]!.of(random(width, height, 1), random(width, height, 2)));
    };
    expect([defined('ssim', 11, 30), defined('ssim', 10, 30)]).toEqual([true, false]);
    expect([defined('msSsim', 161, 170), defined('msSsim', 170, 160)]).toEqual([true, false]);
    expect([defined('vifp', 41, 60), defined('vifp', 60, 40)]).toEqual([true, false]);
    expect([defined('fsim', 2, 9), defined('fsim', 9, 1)]).toEqual([true, false]);
  });

  it('decides whether ssim and piq agree: from 385 pixels on piq pools', () => {
    const pair = (side: number): [Rgb8, Rgb8] => [photo(side, side), noisy(photo(side, side), 12)];
    expect(ssimPooled(...pair(383))).toBe(ssim(...pair(383)));
    expect(ssimPooled(...pair(400))).toBeGreaterThan(ssim(...pair(400)) + 0.01);
  });

  it('decides whether libraries agree on ms-ssim: at odd sides they do not', () => {
    const pair = (side: number): [Rgb8, Rgb8] => [photo(side, side), noisy(photo(side, side), 40)];
    expect(msSsim(...pair(176))).toBe(msSsimPiq(...pair(176)));
    expect(Math.abs(msSsim(...pair(175)) - msSsimPiq(...pair(175)))).toBeGreaterThan(1e-6);
  });
});

const field = (of: unknown): string | undefined => all.find(([, metric]) => metric.of === of)?.[0];

function flat(value: number, width = 16, height = 12): Rgb8 {
  return { width, height, data: new Uint8Array(3 * width * height).fill(value) };
}

// Something with edges, slopes and texture in three colours.
function photo(width = 200, height = 180): Rgb8 {
  const picture = flat(0, width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = (x - 0.4 * width) ** 2 + (y - 0.5 * height) ** 2 < (0.3 * height) ** 2;
      const base = inside ? 190 : 60 + 40 * Math.sin(x / 9 + y / 31);
      const texture = 12 * Math.sin(x * 1.7) * Math.cos(y * 1.3);
      [base + texture, 0.8 * base + x / 5, 220 - 0.7 * base + texture].forEach((value, channel) => {
        picture.data[3 * (y * width + x) + channel] = value;
      });
    }
  }
  return picture;
}

// The same directions at every strength, so that only the strength differs.
function noisy(picture: Rgb8, strength: number): Rgb8 {
  const data = picture.data.map((value, i) => {
    const noise = Math.sin(i * 12.9898 + 4.1) * 43758.5453;
    return Math.min(255, Math.max(0, Math.round(value + strength * (2 * (noise - Math.floor(noise)) - 1))));
  });
  return { ...picture, data };
}

function random(width: number, height: number, seed: number): Rgb8 {
  let state = (seed * 2654435761) >>> 0;
  const data = Uint8Array.from({ length: 3 * width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}

function mirrored({ width, height, data }: Rgb8): Rgb8 {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[3 * (y * width + x) + c] = data[3 * (y * width + width - 1 - x) + c]!;
  return { width, height, data: out };
}
