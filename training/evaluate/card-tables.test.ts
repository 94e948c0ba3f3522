import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CardFigures } from './card-figures.ts';
import { cardTables } from './card-tables.ts';

const read = (name: string): string => readFileSync(new URL(`../../models/mini/${name}`, import.meta.url), 'utf8');
const FIGURES = JSON.parse(read('figures.json')) as CardFigures;

describe("the card's tables", () => {
  it('are those of the committed figures', () => {
    expect(read('README.md')).toContain(cardTables(FIGURES));
  });

  it('say of a goal that it is missed, and of one that is met just that', () => {
    const { autoencoder, editor } = FIGURES;
    const worse: CardFigures = {
      ...FIGURES,
      autoencoder: { ...autoencoder, transfer: autoencoder.transfer.map((one) => ({ ...one, share: 0.49 })) },
      editor: { ...editor, losses: { ...editor.losses!, model: { hole: 0.49, known: 0.1056, whole: 0.53 } } },
    };
    const tables = cardTables(worse);
    expect(tables).toContain('49% | **at least 50%: missed**');
    expect(tables).toMatch(/\| hole \| 0\.4900 .*at most 0\.490: met/);
    expect(tables).toMatch(/\| kept region \| 0\.1056 .*\*\*at most 0\.105: missed\*\*/);
  });
});
