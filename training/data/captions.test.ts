import { Draws } from 'photoguard/training';
import { describe, expect, it } from 'vitest';
import { STREAMS } from '../common/streams.ts';
import { indexCaptions, withColour, withJunk } from './captions.ts';
import { type Colour, colourWord, nameColour } from './colours.ts';
import type { CaptionedPhoto } from './photo-set.ts';

const row = (caption: string, label: string): CaptionedPhoto => ({ file: 'x', caption, label, split: 'train' });

describe('captions', () => {
  it('are plain, short, and both with a colour; equal ones are one prompt, the first is empty', () => {
    const rows = [
      row('a photo of a rose', 'rose'),
      row('a portrait of a person', 'person'),
      row('a photo of a rose', 'rose'),
    ];
    const { prompts, captions } = indexCaptions(rows, ['red', undefined, 'orange']);
    expect(prompts).toEqual([
      ...['', 'a photo of a rose', 'a rose', 'a photo of a red rose', 'a red rose'],
      ...['a portrait of a person', 'a person', 'a photo of an orange rose', 'an orange rose'],
    ]);
    expect([...captions]).toEqual([1, 2, 3, 4, 5, 6, -1, -1, 1, 2, 7, 8]);
    expect(withColour('pair of shoes', 'black')).toBe('a pair of black shoes');
  });

  it('have variants with one to four unknown words', () => {
    const texts = withJunk(['', 'a rose'], 3, new Draws(1, STREAMS.madeUpWords));
    expect(texts).toHaveLength(8);
    for (const text of texts.slice(2, 5)) expect(text).toMatch(/^[a-y]{2,8}( [a-y]{2,8}){0,3}$/);
    for (const text of texts.slice(5)) expect(text).toMatch(/^a rose [a-y]{2,8}( [a-y]{2,8}){0,3}$/);
    expect(new Set(texts).size).toBe(8);
  });
});

describe('colours', () => {
  it('are what people call them', () => {
    const names: [Colour, [number, number, number]][] = [
      ['black', [20, 20, 25]],
      ['white', [240, 240, 235]],
      ['grey', [120, 122, 125]],
      ['red', [200, 20, 30]],
      ['pink', [255, 170, 180]],
      ['orange', [255, 140, 0]],
      ['brown', [120, 70, 30]],
      ['yellow', [250, 220, 40]],
      ['green', [40, 140, 50]],
      ['blue', [40, 70, 200]],
      ['purple', [130, 50, 180]],
    ];
    for (const [name, rgb] of names) expect(nameColour(...rgb), String(rgb)).toBe(name);
  });

  it('are those of the middle, and none where it is not clear', () => {
    const side = 32;
    const picture = (at: (x: number, y: number) => readonly number[]) =>
      Uint8Array.from({ length: side * side }, (_, i) => i).reduce(
        (out, _, i) => {
          out.set(at(i % side, Math.floor(i / side)), 3 * i);
          return out;
        },
        new Uint8Array(side * side * 3),
      );
    const [red, blue, leaf, petal] = [
      [200, 20, 30],
      [40, 70, 200],
      [40, 140, 50],
      [170, 170, 170],
    ];
    const inside = (x: number, y: number): boolean => Math.hypot(x - side / 2, y - side / 2) < side / 3;
    expect(
      colourWord(
        picture((x, y) => (inside(x, y) ? red : blue)),
        side,
        'clothing',
      ),
    ).toBe('red');
    expect(
      colourWord(
        picture((x) => (x % 2 ? red : blue)),
        side,
        'clothing',
      ),
    ).toBeUndefined();
    // Leaves are not the flower, and white petals have shadows.
    expect(
      colourWord(
        picture((x, y) => (inside(x, y) ? petal : leaf)),
        side,
        'flowers',
      ),
    ).toBe('white');
    expect(
      colourWord(
        picture(() => leaf),
        side,
        'flowers',
      ),
    ).toBeUndefined();
  });
});
