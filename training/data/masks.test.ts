import { Draws } from 'photoguard/training';
import { describe, expect, it } from 'vitest';
import { versionStream } from '../common/streams.ts';
import { box, stroke } from './mask-shapes.ts';
import { COVER, drawMask, type MaskKind } from './masks.ts';

const SIDE = 64;
const masks = Array.from({ length: 800 }, (_, i) => drawMask(new Draws(7, versionStream(i)), SIDE));
const covered = (data: Uint8Array): number => data.reduce((sum, m) => sum + m, 0) / data.length;

describe('drawMask', () => {
  it('covers 6 to 92 percent, and many shares between', () => {
    const shares = masks.map(({ data }) => covered(data));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(COVER[0]);
    expect(Math.max(...shares)).toBeLessThanOrEqual(COVER[1]);
    for (let tenth = 1; tenth < 9; tenth++)
      expect(shares.some((share) => share >= tenth / 10 && share < (tenth + 1) / 10)).toBe(true);
  });

  it('has every kind, in about its share', () => {
    const share = (kind: MaskKind) => masks.filter((mask) => mask.kind === kind).length / masks.length;
    expect(Math.abs(share('box') - 0.35)).toBeLessThan(0.06);
    expect(Math.abs(share('stroke') - 0.15)).toBeLessThan(0.05);
    expect(Math.abs(share('blob') - 0.15)).toBeLessThan(0.05);
    expect(Math.abs(share('keep') - 0.25)).toBeLessThan(0.06);
    expect(Math.abs(share('frame') - 0.1)).toBeLessThan(0.04);
  });

  it('holds 0 and 1, and is the same for the same draws', () => {
    expect(new Set(masks.flatMap(({ data }) => [...data.subarray(0, 64)]))).toEqual(new Set([0, 1]));
    expect(drawMask(new Draws(7, versionStream(3)), SIDE)).toEqual(masks[3]);
    expect(masks[4]).not.toEqual(masks[3]);
  });

  it('keeps a subject in the middle, and repaints frames from a border inwards', () => {
    const at = (data: Uint8Array, x: number, y: number) => data[Math.floor(y * SIDE) * SIDE + Math.floor(x * SIDE)]!;
    const border = Array.from({ length: SIDE }, (_, i) => (i + 0.5) / SIDE);
    for (const { kind, data } of masks) {
      const middle = data.filter((_, i) => [i % SIDE, i / SIDE].every((v) => v > 0.29 * SIDE && v < 0.71 * SIDE));
      const edge = border.flatMap((v) => [at(data, v, 0), at(data, v, 0.99), at(data, 0, v), at(data, 0.99, v)]);
      const edgeShare = edge.reduce((a, b) => a + b) / edge.length;
      if (kind === 'keep') expect(middle).toContain(0);
      if (kind === 'keep') expect(edgeShare).toBeGreaterThan(0.5);
      if (kind === 'frame') expect(edgeShare).toBeGreaterThan(0.24);
    }
  });
});

describe('shapes', () => {
  it('are where they are said to be', () => {
    const inBox = box(0.25, 0.5, 0.5, 0.25);
    expect([inBox(0.3, 0.6), inBox(0.3, 0.4), inBox(0.8, 0.6)]).toEqual([true, false, false]);
    const points = [
      [0.2, 0.2],
      [0.8, 0.2],
    ] as const;
    const inStroke = stroke(points, 0.2);
    expect([inStroke(0.5, 0.29), inStroke(0.5, 0.31), inStroke(0.88, 0.2), inStroke(0.88, 0.27)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
