/*
 * The one grammar of transforms and purifiers, for the command, the library and the attack:
 *
 *   list      chain ; chain ...           none; jpeg:75; jpeg:75 > resize:0.5
 *   chain     part > part ...             from left to right
 *   part      name:argument:key=argument  arguments in their order, or by key; what is not given has its default
 *
 * Every transform has one canonical text: it has the first argument always, the others if they are not the default.
 */
import { type Argument, type ArgumentValue, describeRange, parseArgument } from './arguments.ts';
import { differentiable, joinTransforms } from './chain.ts';
import { checked } from './checked.ts';
import type { Kinds, TransformKind } from './kind.ts';
import { type Call, readSpec, specError, type Word, wordText } from './spec.ts';
import type { Transform, TransformContext } from './transform.ts';

/** How a text is parsed. */
export interface Grammar<Value = ArgumentValue> {
  /** Name of its parts in messages: `purifier`. */
  readonly noun: string;
  /** The value of an argument in a text; undefined if it has none. */
  readonly parse: (argument: Argument, text: string) => Value | undefined;
  /** A value as text. */
  readonly print: (value: Value) => string;
}

/** A part with its arguments set. */
export interface Settled<Kind, Value = ArgumentValue> {
  readonly name: string;
  /** Its canonical text. */
  readonly spec: string;
  readonly kind: Kind;
  readonly values: Readonly<Record<string, Value>>;
  /** Character that it begins at in the text, from 1. */
  readonly at: number;
}

/** The grammar with single values, without ranges. */
export const plainGrammar = (noun: string): Grammar => ({ noun, parse: parseArgument, print: String });

/**
 * A list of chains.
 * @throws PhotoGuardError `input` with the position, what was given, and what is allowed
 */
export const parseParts = <Kind extends Pick<TransformKind, 'arguments'>, Value>(
  spec: string,
  kinds: Kinds<Kind>,
  grammar: Grammar<Value>,
): Settled<Kind, Value>[][] =>
  readSpec(spec, grammar.noun).map((chain) => chain.map((call) => settle(call, kinds, grammar)));

/** The one chain of a text. @throws PhotoGuardError like {@link parseParts}, and for a list */
export function parseChain<Kind extends Pick<TransformKind, 'arguments'>>(
  spec: string,
  kinds: Kinds<Kind>,
  noun: string,
): Settled<Kind>[] {
  const chains = parseParts(spec, kinds, plainGrammar(noun));
  if (chains.length > 1)
    throw specError(
      noun,
      chains[1]![0]!.at,
      `only one ${noun} is allowed here`,
      'a list',
      'its parts are chained with >',
    );
  return chains[0]!;
}

/** The chains of a text. @throws PhotoGuardError like {@link parseParts}, and if a chain is given twice */
export function parseList<Kind extends Pick<TransformKind, 'arguments'>>(
  spec: string,
  kinds: Kinds<Kind>,
  noun: string,
): Settled<Kind>[][] {
  const chains = parseParts(spec, kinds, plainGrammar(noun));
  const seen = new Set<string>();
  for (const chain of chains) {
    const text = chainText(chain);
    if (seen.has(text)) throw specError(noun, chain[0]!.at, `each ${noun} is given once`, text);
    seen.add(text);
  }
  return chains;
}

// `none` has no effect in a chain.
function chainText(chain: readonly Settled<unknown>[]): string {
  const some = chain.filter(({ spec }) => spec !== 'none');
  return (some.length > 0 ? some : chain.slice(0, 1)).map(({ spec }) => spec).join(' > ');
}

/** The transform of a chain. */
export const buildChain = <Context extends TransformContext>(
  chain: readonly Settled<TransformKind<Context>>[],
): Transform<Context> =>
  joinTransforms(
    chain.map(({ spec, kind, values }) => ({
      spec,
      apply: checked(kind.make(values)),
      ...(kind.passes && differentiable(kind.passes(values))),
    })),
  );

function settle<Kind extends Pick<TransformKind, 'arguments'>, Value>(
  [name, ...words]: Call,
  kinds: Kinds<Kind>,
  grammar: Grammar<Value>,
): Settled<Kind, Value> {
  const { text, at } = name!;
  const { noun } = grammar;
  if (!Object.hasOwn(kinds, text))
    throw specError(noun, at, `a ${noun} is expected`, text, `there are: ${Object.keys(kinds).join(', ')}`);
  const kind = kinds[text]!;
  const values = readValues(text, kind, name!, words, grammar);
  return { name: text, spec: formatSpec(text, kind, values, grammar), kind, values, at };
}

function readValues<Value>(
  name: string,
  kind: Pick<TransformKind, 'arguments'>,
  start: Word,
  words: Call,
  { noun, parse }: Grammar<Value>,
): Record<string, Value> {
  const keys = Object.keys(kind.arguments);
  const values: Record<string, Value> = {};
  const there = keys.length > 0 ? `its arguments: ${keys.join(', ')}` : 'it has no arguments';
  words.forEach((word, i) => {
    const { text, at } = word;
    const before = words.slice(0, i).find(({ key }) => key !== undefined);
    if (word.key === undefined && before)
      throw specError(noun, at, `${name}: arguments without a name come before those with one`, text);
    const key = word.key ?? keys[i];
    if (key === undefined) throw specError(noun, at, `${name} has no ${ordinal(i)} argument`, text, there);
    if (!Object.hasOwn(kind.arguments, key)) throw specError(noun, at, `${name} has no such argument`, key, there);
    if (Object.hasOwn(values, key)) throw specError(noun, at, `${name}: ${key} is given twice`, text);
    const value = parse(kind.arguments[key]!, text);
    if (value === undefined)
      throw specError(noun, at, `${name}: ${key} is ${describeRange(kind.arguments[key]!)}`, text);
    values[key] = value;
  });
  for (const key of keys) {
    if (Object.hasOwn(values, key)) continue;
    const { default: fallback } = kind.arguments[key]!;
    const value = fallback === undefined ? undefined : parse(kind.arguments[key]!, String(fallback));
    if (value === undefined) throw specError(noun, start.at, `${name} must be given ${key}`, name, there);
    values[key] = value;
  }
  return values;
}

/** The canonical text of a part. */
export function formatSpec<Value>(
  name: string,
  kind: Pick<TransformKind, 'arguments'>,
  values: Readonly<Record<string, Value>>,
  { print }: Pick<Grammar<Value>, 'print'>,
): string {
  const given = Object.entries(kind.arguments).flatMap(([key, argument]: [string, Argument], i) => {
    const text = print(values[key]!);
    if (i === 0) return [wordText(text)];
    return text === String(argument.default) ? [] : [`${key}=${wordText(text)}`];
  });
  return [name, ...given].join(':');
}

const ordinal = (i: number): string => ['first', 'second', 'third'][i] ?? `${i + 1}th`;
