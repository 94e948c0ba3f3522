import { readFileSync } from 'node:fs';
import { validate } from 'photoguard/validate';
import { describe, expect, it } from 'vitest';
import { AUTOENCODER_FIGURES } from './autoencoder-figures.ts';
import type { CardFigures } from './card-figures.ts';
import { cardTables } from './card-tables.ts';
import { EDITOR_FIGURES } from './editor-figures.ts';

const read = (name: string): string => readFileSync(new URL(`../../models/mini/${name}`, import.meta.url), 'utf8');
const FIGURES = JSON.parse(read('figures.json')) as CardFigures;

describe('figures of a file', () => {
  it('are the committed ones as they are, nothing lost', () => {
    const { autoencoder, editor, lab } = FIGURES;
    const source = { label: 'figures.json', code: 'input' } as const;
    expect(validate(AUTOENCODER_FIGURES, autoencoder, source)).toEqual(autoencoder);
    for (const figures of [editor, lab]) expect(validate(EDITOR_FIGURES, figures, source)).toEqual(figures);
  });

  it('are refused by the key that does not fit', () => {
    const source = { label: 'a.json', code: 'input' } as const;
    const { autoencoder, editor } = FIGURES;
    expect(() => validate(AUTOENCODER_FIGURES, { ...autoencoder, transfer: [] }, source)).toThrow(
      'a.json: transfer must be a list with a size (got [])',
    );
    expect(() => validate(AUTOENCODER_FIGURES, editor, source)).toThrow('a.json: teacher must be a text (got none)');
    const losses = { ...editor.losses, model: { hole: '0.5' } };
    expect(() => validate(EDITOR_FIGURES, { ...editor, losses }, source)).toThrow(
      'a.json: losses.model.hole must be a number (got "0.5")',
    );
  });
});

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
