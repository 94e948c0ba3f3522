/*
 * Transforms that are drawn at random each time, for attacks that must survive whatever happens to a photo. In the
 * grammar of parse.ts a number may be a range, `jpeg:60..95`, and a word one of several, `jpeg:75:chroma=420|444`.
 * Numbers are drawn uniformly from their range, and so are words and the chains of a list.
 */
import { PhotoGuardError } from '../errors.ts';
import type { Random } from '../random.ts';
import { type Argument, type ArgumentValue, parseArgument } from './arguments.ts';
import type { TransformKind } from './kind.ts';
import { buildChain, formatSpec, type Grammar, parseParts, type Settled } from './parse.ts';
import { TRANSFORMS } from './table.ts';
import type { Transform } from './transform.ts';

/** The values that an argument may be drawn from: a closed range of numbers, or words. */
type Drawn = { readonly low: number; readonly high: number; readonly whole: boolean } | readonly ArgumentValue[];

/** A list of chains to draw from. */
export interface Draws {
  /** Its canonical text. */
  readonly spec: string;
  /** Draw `k` of a source: a chain with all its arguments set. */
  draw(random: Random, k: number): Transform;
  /** Every chain with each number at the ends of its range and each of its words: what memory is planned for. */
  readonly extremes: readonly Transform[];
}

/** Numbers that one draw may take from its source. */
const NUMBERS_A_DRAW = 64;

/**
 * Draws from a list of chains. All of them have a gradient.
 * @param before one chain that comes before each: what always happens first
 * @throws PhotoGuardError `input` with the position of an error in the text, or for a chain without a gradient
 */
export function parseDraws(spec: string, before = 'none'): Draws {
  const [first] = parseParts<TransformKind, Drawn>(before, TRANSFORMS, GRAMMAR);
  const listed = parseParts<TransformKind, Drawn>(spec, TRANSFORMS, GRAMMAR);
  const chains = before === 'none' ? listed : listed.map((chain) => [...first!, ...chain]);
  for (const part of chains.flat())
    if (!part.kind.passes)
      throw new PhotoGuardError('input', 'an attack cannot look through a transform without a gradient', {
        got: part.spec,
        hint: `these have one: ${Object.entries(TRANSFORMS)
          .flatMap(([name, kind]: [string, TransformKind]) => (kind.passes ? [name] : []))
          .join(', ')}`,
      });
  return {
    spec: chains.map((chain) => chain.map((part) => part.spec).join(' > ')).join('; '),
    draw(random, k) {
      let taken = k * NUMBERS_A_DRAW;
      const next = (): number => random.bits(taken++) / 2 ** 32;
      const chain = chains[Math.floor(next() * chains.length)]!;
      return buildChain(chain.map((part) => settled(part, next)));
    },
    extremes: chains.flatMap((chain) => findExtremes(chain).map(buildChain)),
  };
}

// All combinations of the parts of a chain with their arguments at an end, or at one of their words.
function findExtremes(chain: readonly Settled<TransformKind, Drawn>[]): Settled<TransformKind>[][] {
  let found: Settled<TransformKind>[][] = [[]];
  for (const { values, ...part } of chain) {
    let settings: Record<string, ArgumentValue>[] = [{}];
    for (const [key, drawn] of Object.entries(values)) {
      const ends = 'low' in drawn ? [...new Set([drawn.low, drawn.high])] : drawn;
      settings = settings.flatMap((setting) => ends.map((end) => ({ ...setting, [key]: end })));
    }
    found = found.flatMap((before) =>
      settings.map((setting) => [...before, { ...part, values: setting, spec: printed(part, setting) }]),
    );
  }
  return found;
}

function settled({ values, ...part }: Settled<TransformKind, Drawn>, next: () => number): Settled<TransformKind> {
  const drawn = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, drawValue(value, next)]));
  return { ...part, values: drawn, spec: printed(part, drawn) };
}

const printed = (
  { name, kind }: Pick<Settled<TransformKind>, 'name' | 'kind'>,
  values: Readonly<Record<string, ArgumentValue>>,
): string => formatSpec(name, kind, values, { print: String });

function drawValue(drawn: Drawn, next: () => number): ArgumentValue {
  if (!('low' in drawn)) return drawn[Math.floor(next() * drawn.length)]!;
  const { low, high, whole } = drawn;
  return whole ? low + Math.floor(next() * (high - low + 1)) : low + next() * (high - low);
}

const GRAMMAR: Grammar<Drawn> = {
  noun: 'transform',
  parse(argument: Argument, text: string): Drawn | undefined {
    if (argument.kind === 'choice' || argument.kind === 'file') {
      const words = text.split('|').map((word) => parseArgument(argument, word.trim()));
      return words.every((word) => word !== undefined) ? words : undefined;
    }
    const ends = text.split('..').map((end) => parseArgument(argument, end.trim()));
    const [low, high = low] = ends;
    if (ends.length > 2 || typeof low !== 'number' || typeof high !== 'number' || low > high) return undefined;
    return { low, high, whole: argument.kind === 'integer' };
  },
  print: (drawn) => {
    if (!('low' in drawn)) return drawn.join('|');
    return drawn.low === drawn.high ? String(drawn.low) : `${drawn.low}..${drawn.high}`;
  },
};
