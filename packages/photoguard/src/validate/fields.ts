// Fields of schemas that describe what they must be: `{key} must be {words}`. Fields of zod are used directly if the
// caller gives the words.
import * as z from 'zod/mini';
import { quoted } from './quoted.ts';

/** A JSON object; keys that are not in the shape are ignored. */
export const object = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.object(shape, 'a JSON object');

/** Any JSON object. */
export const anyObject = () =>
  z.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'a JSON object',
  );

/** A whole number in a closed range. */
export function whole(least: number, most: number) {
  const words = least === most ? String(least) : `a whole number from ${least} to ${most}`;
  return z.int(words).check(z.minimum(least, words), z.maximum(most, words));
}

/** A number in a closed range. */
export function number(least: number, most: number) {
  const words = `a number from ${least} to ${most}`;
  return z.number(words).check(z.minimum(least, words), z.maximum(most, words));
}

/** A finite number between minus and plus a million: no model has a larger one. */
export function finite() {
  const words = 'a finite number';
  return z.number(words).check(z.minimum(-1e6, words), z.maximum(1e6, words));
}

/** true or false. */
export const flag = () => z.boolean('true or false');

/** One of some words. */
export const oneOf = <const Word extends string>(...words: readonly Word[]) => z.literal(words, words.join(' or '));

/** One of some values. If null is among them, an absent key and an empty list count as null. */
export const only = (...values: readonly (string | number | boolean | null)[]) =>
  z.pipe(
    z.transform((value: unknown) =>
      value === undefined || (Array.isArray(value) && value.length === 0) ? null : value,
    ),
    z.literal(values, values.map(quoted).join(' or ')),
  );

/** A list. Its length is checked first, so that a million wrong elements are one error. */
export const list = <Element extends z.ZodMiniType>(element: Element, least: number, most: number, words: string) =>
  z.pipe(
    z.custom<z.core.input<Element>[]>(
      (value) => Array.isArray(value) && value.length >= least && value.length <= most,
      words,
    ),
    z.array(element),
  );

/** A text that matches a pattern. */
export const matching = (pattern: RegExp, words: string) => z.string(words).check(z.regex(pattern, words));

/** A SHA-256 in lower case hex. */
export const hash = () => matching(/^[0-9a-f]{64}$/, 'a SHA-256');

/** A value with a default where the key is absent or null. */
export function orDefault<Out, In>(schema: z.ZodMiniType<Out, In>, value: In): z.ZodMiniType<Out, unknown> {
  const filled: z.ZodMiniType<unknown, unknown> = z.transform((given: unknown) => given ?? value);
  return z.pipe(filled as z.ZodMiniType<In, unknown>, schema);
}

/**
 * A condition on a whole object, reported for one of its keys: `{key} must be {words}`. It is checked only if every
 * field has its type.
 */
export const where = <T>(
  key: string,
  isRight: (value: T) => boolean,
  words: (value: T) => string,
): z.core.$ZodCheck<T> => z.refine<T>(isRight, { path: [key], error: ({ input }) => words(input as T) });
