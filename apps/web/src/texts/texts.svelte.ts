// The language of the page: that of the browser where there is a catalogue for it, or the one that somebody chose.

import type { Texts } from './catalogue.ts';
import { de } from './de.ts';
import { en } from './en.ts';

/** By language. Another language is another file, and a line here. */
export const CATALOGUES: Readonly<Record<string, Texts>> = { en, de };

const KEY = 'photoguard-language';

/** The chosen language, and its texts. */
class Language {
  chosen = $state(first());

  get texts(): Texts {
    return CATALOGUES[this.chosen]!;
  }

  /** Chooses one, and remembers it where the browser lets the page. */
  choose(language: string): void {
    this.chosen = language;
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // a private window: chosen for this visit
    }
  }
}

function first(): string {
  const known = [kept(), ...navigator.languages.map((language) => language.slice(0, 2))];
  return known.find((language) => language !== null && Object.hasOwn(CATALOGUES, language)) ?? 'en';
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** See the head of this file. */
export const language = new Language();
