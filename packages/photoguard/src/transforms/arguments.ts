// The arguments of a transform: allowed values, defaults, and how a text becomes a value. Help texts and
// docs/purifiers.md are generated from these.

/** A number, or a whole one, in a closed range. */
export interface NumberArgument {
  readonly kind: 'number' | 'integer';
  readonly about: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  /** Whole numbers only: it must be odd. */
  readonly odd?: boolean;
}

/** One of several words. */
export interface ChoiceArgument<Word extends string = string> {
  readonly kind: 'choice';
  readonly about: string;
  readonly default: Word;
  readonly words: readonly Word[];
}

/** The path of a file. It has no default. */
export interface FileArgument {
  readonly kind: 'file';
  readonly about: string;
  readonly default?: undefined;
}

/** Any argument. */
export type Argument = NumberArgument | ChoiceArgument | FileArgument;

/** Values of a transform's arguments. */
export type ArgumentValue = number | string;

/** The type of an argument's value. */
export type ValueOf<A extends Argument> = A extends NumberArgument
  ? number
  : A extends ChoiceArgument<infer Word>
    ? Word
    : string;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The value of a text; undefined if the argument cannot have it. */
export function parseArgument(argument: Argument, text: string): ArgumentValue | undefined {
  if (argument.kind === 'file') return text === '' ? undefined : text;
  if (argument.kind === 'choice') return argument.words.includes(text) ? text : undefined;
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  const { kind, min, max, odd } = argument;
  if (!(value >= min && value <= max)) return undefined;
  if (kind === 'integer' && !Number.isInteger(value)) return undefined;
  if (odd && value % 2 === 0) return undefined;
  return value === 0 ? 0 : value; // no -0: each value has one text
}

/** The allowed values of an argument, for people: `a whole number from 1 to 100`. */
export function describeRange(argument: Argument): string {
  if (argument.kind === 'file') return 'a file';
  if (argument.kind === 'choice') return argument.words.join(', ');
  const { kind, min, max, unit, odd } = argument;
  const what = kind === 'number' ? 'a number' : odd ? 'an odd number' : 'a whole number';
  return `${what} from ${min} to ${max}${unit ? ` ${unit}` : ''}`;
}
