// Options of attacks, each with one schema: it reads the command's flags, the library's settings and the arms of an
// evaluation, all with the same name (editSteps, --edit-steps, edit-steps=4).
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import * as fields from '../validate/index.ts';

/** An option. */
export interface Option<T = unknown> {
  /** One line, for --help. */
  readonly about: string;
  /** Name of a flag's value: `<n>`. */
  readonly value: string;
  /** The allowed values, for messages: `a whole number from 1 to 100`. */
  readonly range: string;
  readonly schema: z.ZodMiniType<T>;
  /** Parses a text, before the schema checks the value. */
  readonly parse: (text: string) => unknown;
  /** Whether a flag may be repeated, each time with another text. Default: false. */
  readonly list?: boolean;
}

/** Options by name. */
export type Options = Readonly<Record<string, Option>>;

/** The type of an option's value. */
export type ValueOf<O extends Option> = O extends Option<infer T> ? T : never;

/** Values of some of the options, by name. */
export type Values<O extends Options = Options> = { readonly [K in keyof O]?: ValueOf<O[K]> | undefined };

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const parseNumber = (text: string): unknown => {
  const [above = '', below = '1', ...rest] = text.split('/'); // 16/255
  return rest.length === 0 && DECIMAL.test(above) && DECIMAL.test(below) ? Number(above) / Number(below) : text;
};

/** A whole number in a closed range. */
export const whole = (about: string, min: number, max: number): Option<number> => ({
  ...{ about, value: '<n>', range: `a whole number from ${min} to ${max}`, parse: parseNumber },
  schema: fields.whole(min, max),
});

/** A number in a closed range. */
export const number = (about: string, min: number, max: number, value = '<x>'): Option<number> => ({
  ...{ about, value, range: `a number from ${min} to ${max}`, parse: parseNumber },
  schema: fields.number(min, max),
});

/** One of several words. */
export const choice = <const Word extends string>(about: string, words: readonly Word[]): Option<Word> => ({
  ...{ about, value: '<word>', range: `one of ${words.join(', ')}`, parse: (text) => text },
  schema: fields.oneOf(...words),
});

/** Texts, at least one. */
export const texts = (about: string): Option<readonly string[]> => ({
  ...{ about, value: '<text>', range: 'one text or more', parse: (text) => [text], list: true },
  schema: z.array(z.string()).check(z.minLength(1)),
});

/** A text that is checked elsewhere. */
export const text = (about: string, value: string, check: (text: string) => unknown): Option<string> => ({
  ...{ about, value, range: 'a text', parse: (given) => given },
  schema: z.string().check((context) => {
    try {
      check(context.value);
    } catch (error) {
      if (!(error instanceof PhotoGuardError)) throw error;
      context.issues.push({ code: 'custom', message: error.message, input: context.value });
    }
  }),
});

/** A name as in flags and arms: editSteps becomes edit-steps. */
export const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Checks the value of an option. @throws PhotoGuardError `usage` with the flag, the allowed values, and what was given
 */
export function checkedValue<T>(name: string, option: Option<T>, value: unknown): T {
  const result = z.safeParse(option.schema, value);
  if (result.success) return result.data;
  const custom = result.error.issues.find(({ code }) => code === 'custom')?.message;
  throw new PhotoGuardError('usage', `--${dashed(name)} is ${option.range}${custom ? `: ${custom}` : ''}`, {
    got: String(value),
  });
}
