import { describe, expect, it } from 'vitest';
import { duration, progressLine } from './progress-line.ts';
import { countColumns } from './terminal-text.ts';

/** A terminal of some columns, and the lines that were shown on it. */
function terminal(columns: number) {
  const shown: string[] = [];
  const screen = { isTerminal: () => true, columns: () => columns, show: (text: string) => void shown.push(text) };
  return { line: progressLine(true, screen), shown };
}

const PROGRESS = { gradient: 9, gradients: 30, loss: 123.456, parts: [], seconds: 45 };

describe('the progress line', () => {
  it('says which photo of how many, the time of one and of all, and fits any terminal', () => {
    for (const columns of [40, 60, 80, 120])
      for (const name of ['IMG_0001.jpg', `${'holiday in the mountains/'.repeat(4)}IMG_0001.jpg`, '写真'.repeat(30)]) {
        const { line, shown } = terminal(columns);
        line.place('photo 123 of 200', () => 5000);
        line.step(name, PROGRESS);
        line.show(name, 'loading at 512x512, about 1.2 GB');
        for (const text of shown) expect(countColumns(text), text).toBeLessThan(columns);
        expect(shown[0]).toMatch(/^photo 123 of 200 {2}/);
        if (columns >= 80) expect(shown[0]).toContain('9/30  1 min 45 s left, 1 h 24 min for all');
      }
  });

  it('shows a bar and the loss where there is room', () => {
    const { line, shown } = terminal(120);
    line.step('IMG_0001.jpg', PROGRESS);
    expect(shown).toEqual(['IMG_0001.jpg: [######..............] 9/30  loss 123.5  5.0 s each  1 min 45 s left']);
  });

  it('shows how far each latent space has moved, where an attack says that', () => {
    const { line, shown } = terminal(120);
    const parts = [
      { ref: 'sd1', loss: -0.4149 },
      { ref: 'flux1', loss: -1.2 },
    ];
    line.step('IMG_0001.jpg', { ...PROGRESS, loss: -0.8, parts });
    line.step('IMG_0001.jpg', {
      ...PROGRESS,
      parts: [
        { ref: 'sd1', loss: -0.4 },
        { ref: 'mini', loss: 3 },
      ],
    });
    expect(shown).toEqual([
      'IMG_0001.jpg: [######..............] 9/30  moved sd1 .41 flux1 1.20  1 min 45 s left',
      'IMG_0001.jpg: [######..............] 9/30  loss 123.5  5.0 s each  1 min 45 s left',
    ]);
    const narrow = terminal(60);
    narrow.line.step('IMG_0001.jpg', { ...PROGRESS, loss: -0.8, parts });
    expect(narrow.shown[0]).not.toContain('moved');
  });

  it('says seconds, minutes and hours, and no sixtieth of them', () => {
    expect([0.2, 59.5, 60, 119.5, 3599.5, 7190].map(duration)).toEqual([
      '1 s',
      '1 min 0 s',
      '1 min 0 s',
      '2 min 0 s',
      '1 h 0 min',
      '2 h 0 min',
    ]);
  });
});
