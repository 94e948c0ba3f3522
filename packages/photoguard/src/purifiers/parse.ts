/*
 * The one grammar of purifiers, for the command, the library and the attack:
 *
 *   list      chain ; chain ...           none; jpeg:75; jpeg:75 > resize:0.5
 *   chain     purifier > purifier ...     from left to right
 *   purifier  name:argument:key=argument  arguments in their order, or by key; what is not given has its default
 *
 * Every purifier has one canonical text: the first argument always, the others where they are not the default.
 */
import { type Argument, type ArgumentValue, parseArgument, rangeOf } from './arguments.ts';
import { chainOf } from './chain.ts';
import { checked } from './checked.ts';
import type { PurifierKind } from './kind.ts';
import type { Purifier } from './purifier.ts';
import { type Call, readSpec, specError, type Word, wordText } from './spec.ts';
import { PURIFIERS } from './table.ts';

/**
 * A purifier from its text. A chain is a purifier too, and so is `none`.
 * @throws PhotoGuardError `input` with the position, what was got, and what there is
 */
export function parsePurifier(spec: string): Purifier {
  const list = readSpec(spec);
  if (list.length > 1) {
    const second = list[1]![0]![0]!;
    throw specError(second.at, 'one purifier is asked for here', 'a list', 'its parts are chained with >');
  }
  return chainOf(list[0]!.map(purifierOf));
}

/**
 * Purifiers from a list of texts: `none; jpeg:75; resize:0.5`.
 * @throws PhotoGuardError `input` with the position, what was got, and what there is; also for one given twice
 */
export function parsePurifiers(spec: string): Purifier[] {
  const purifiers: Purifier[] = [];
  for (const chain of readSpec(spec)) {
    const purifier = chainOf(chain.map(purifierOf));
    if (purifiers.some((other) => other.spec === purifier.spec))
      throw specError(chain[0]![0]!.at, 'each purifier is given once', purifier.spec);
    purifiers.push(purifier);
  }
  return purifiers;
}

function purifierOf([name, ...words]: Call): Purifier {
  const { text, at } = name!;
  if (!Object.hasOwn(PURIFIERS, text))
    throw specError(at, 'a purifier is expected', text, `there are: ${Object.keys(PURIFIERS).join(', ')}`);
  const kind = PURIFIERS[text]!;
  const values = valuesOf(text, kind, name!, words);
  return {
    spec: specOf(text, kind, values),
    needs: kind.needs,
    purify: checked(kind.make(values)),
    ...(kind.inGraph && { write: kind.inGraph(values) }),
  };
}

function valuesOf(name: string, kind: PurifierKind, start: Word, words: Call): Record<string, ArgumentValue> {
  const keys = Object.keys(kind.arguments);
  const values: Record<string, ArgumentValue> = {};
  const there = keys.length > 0 ? `its arguments: ${keys.join(', ')}` : 'it has no arguments';
  words.forEach((word, i) => {
    const { text, at } = word;
    const before = words.slice(0, i).find(({ key }) => key !== undefined);
    if (word.key === undefined && before)
      throw specError(at, `${name}: arguments without a name come before those with one`, text);
    const key = word.key ?? keys[i];
    if (key === undefined) throw specError(at, `${name} has no ${ordinal(i)} argument`, text, there);
    if (!Object.hasOwn(kind.arguments, key)) throw specError(at, `${name} has no such argument`, key, there);
    if (Object.hasOwn(values, key)) throw specError(at, `${name}: ${key} is given twice`, text);
    const value = parseArgument(kind.arguments[key]!, text);
    if (value === undefined) throw specError(at, `${name}: ${key} is ${rangeOf(kind.arguments[key]!)}`, text);
    values[key] = value;
  });
  for (const key of keys) {
    const value = values[key] ?? kind.arguments[key]!.default;
    if (value === undefined) throw specError(start.at, `${name} must be given ${key}`, name, there);
    values[key] = value;
  }
  return values;
}

function specOf(name: string, kind: PurifierKind, values: Readonly<Record<string, ArgumentValue>>): string {
  const given = Object.entries(kind.arguments).flatMap(([key, argument]: [string, Argument], i) => {
    const value = values[key]!;
    if (i === 0) return [wordText(String(value))];
    return value === argument.default ? [] : [`${key}=${wordText(String(value))}`];
  });
  return [name, ...given].join(':');
}

const ordinal = (i: number): string => ['first', 'second', 'third'][i] ?? `${i + 1}th`;
