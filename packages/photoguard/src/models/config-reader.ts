// How configuration files (config.json and the like) are read: nothing in them is trusted.
import { PhotoGuardError } from '../errors.ts';

const MAX_LEVELS = 8;

/** Reads keys of a configuration object, each with a default and a range; a value out of it is a `config` error. */
export class ConfigReader {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #kind: string;

  /** @throws PhotoGuardError `config` for what is not a JSON object */
  constructor(json: unknown, kind: string) {
    this.#kind = kind;
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new PhotoGuardError('config', `config.json of an ${kind} is a JSON object`, { got: describe(json) });
    this.#json = json as Record<string, unknown>;
  }

  /** What to throw for a key whose value is not as expected. */
  error(key: string, expected: string): PhotoGuardError {
    return new PhotoGuardError('config', `config.json of an ${this.#kind}: ${key} must be ${expected}`, {
      got: describe(this.#json[key]),
      hint: 'the file may be damaged, or of another kind of model',
    });
  }

  /** A whole number from least to most. */
  whole(key: string, fallback: number, least: number, most: number): number {
    const value = this.#json[key] ?? fallback;
    if (!isWhole(value, least, most))
      throw this.error(key, least === most ? String(least) : `a whole number from ${least} to ${most}`);
    return value;
  }

  /** One to eight whole numbers, each from least to most. */
  wholes(key: string, fallback: readonly number[], least: number, most: number): readonly number[] {
    const value = this.#json[key] ?? fallback;
    if (
      !Array.isArray(value) ||
      value.length < 1 ||
      value.length > MAX_LEVELS ||
      !value.every((n) => isWhole(n, least, most))
    )
      throw this.error(key, `1 to ${MAX_LEVELS} whole numbers from ${least} to ${most}`);
    return value as number[];
  }

  /** A finite number. */
  number(key: string, fallback: number): number {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > 1e6)
      throw this.error(key, 'a finite number');
    return value;
  }

  /** true or false. */
  flag(key: string, fallback: boolean): boolean {
    const value = this.#json[key] ?? fallback;
    if (typeof value !== 'boolean') throw this.error(key, 'true or false');
    return value;
  }

  /** One of some words. */
  oneOf<T extends string>(key: string, fallback: T, allowed: readonly T[]): T {
    const value = this.#json[key] ?? fallback;
    const known = allowed.find((one) => one === value);
    if (known === undefined) throw this.error(key, allowed.join(' or '));
    return known;
  }

  /** `count` times the same block type. */
  blocks(key: string, type: string, count: number): void {
    const value = this.#json[key] ?? new Array(count).fill(type);
    if (!Array.isArray(value) || value.length !== count || value.some((one) => one !== type))
      throw this.error(key, `${count} times ${type}, one for each of block_out_channels`);
  }
}

const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
