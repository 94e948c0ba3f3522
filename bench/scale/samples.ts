// What photos of several sizes took, each a photo as a worker of the service does it (measure.ts); samples.json has them.
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const FILE = new URL('samples.json', import.meta.url);

/** Recipes, and the options that ask for them. */
export const RECIPES = {
  default: {},
  quick: { quick: true },
  instant: { recipe: 'instant' },
} as const;

/** One of them. */
export type Recipe = keyof typeof RECIPES;

/** What is uploaded: pixels of the longer side, and of a photo of 4:3 in words. */
export const SIZES = {
  small: { side: 600, words: '600x450' },
  medium: { side: 1024, words: '1024x768' },
  large: { side: 4000, words: '12 megapixels' },
} as const;

/** One of them. */
export type SizeName = keyof typeof SIZES;

const SAMPLE = z.object({
  recipe: z.enum(Object.keys(RECIPES) as [Recipe, ...Recipe[]]),
  size: z.enum(Object.keys(SIZES) as [SizeName, ...SizeName[]]),
  width: z.int(),
  height: z.int(),
  /** Seconds of the processor. */
  cpu: z.number().positive(),
  /** Seconds by the clock, on a machine that may have been busy. */
  seconds: z.number().positive(),
});

/** What one photo took. */
export type Sample = z.infer<typeof SAMPLE>;

/** All that were measured. */
export const readSamples = (): Sample[] => z.array(SAMPLE).parse(JSON.parse(readFileSync(FILE, 'utf8')));

/** Puts samples in the place of those of their recipe. */
export function writeSamples(samples: readonly Sample[], recipe: Recipe): void {
  const others = readSamples().filter((sample) => sample.recipe !== recipe);
  const lines = [...others, ...samples].map((sample) => {
    const rounded = { ...sample, cpu: hundredths(sample.cpu), seconds: hundredths(sample.seconds) };
    // As the project's formatter would.
    return `{ ${Object.entries(rounded)
      .map(([name, value]) => `"${name}": ${JSON.stringify(value)}`)
      .join(', ')} }`;
  });
  writeFileSync(FILE, `[\n  ${lines.join(',\n  ')}\n]\n`);
}

const hundredths = (value: number): number => Math.round(100 * value) / 100;
