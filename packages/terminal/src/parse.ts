// Values of the command line, each with an error that says what was expected.
import { InvalidArgumentError } from 'commander';

/** A number such as 16/255, 0.06 or 8; above 0. */
export function fraction(text: string): number {
  const match = /^(\d*\.?\d+)(?:\/(\d*\.?\d+))?$/.exec(text);
  const value = match ? Number(match[1]) / Number(match[2] ?? 1) : Number.NaN;
  if (!(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('expected a number above 0, such as 16/255 or 0.06.');
  return value;
}

/** Numbers such as 2/255,4/255; each above 0. */
export const fractions = (text: string): number[] => [...new Set(text.split(',').map((one) => fraction(one.trim())))];

/** A number from 0 to 1, such as 0.7. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('expected a number from 0 to 1, such as 0.7.');
  return value;
}

/** A number above 0, such as 6e-4. */
export function aboveZero(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}

/** A number of at least 0. */
export function zeroOrMore(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('expected a number of at least 0, such as 7.5.');
  return value;
}

/** A whole number from `least` to `most`; default of `most`: the largest of 32 bits. */
export const whole =
  (least: number, most = 2 ** 32 - 1) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    return value;
  };

/** A size in pixels such as 1024x768. */
export function size(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (!width || !height) throw new InvalidArgumentError('expected a size in pixels, such as 1024x768.');
  return { width, height };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Bytes such as 4GB, 1500MB or 1.5G. */
export function bytes(text: string): number {
  const match = /^(\d*\.?\d+)\s*([KMG]?)i?B?$/i.exec(text);
  const value = match ? Number(match[1]) * UNITS[match[2]!.toUpperCase()]! : Number.NaN;
  if (!(value >= 2 ** 20)) throw new InvalidArgumentError('expected a size of memory, such as 4GB or 1500MB.');
  return Math.floor(value);
}

/** A name; not nothing, which a variable that is not set leaves. */
export function name(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a name.');
  return text;
}

/** An option that may be given several times, or as a list with commas. */
export function list(text: string, former: readonly string[] = []): string[] {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) throw new InvalidArgumentError('expected a name, or several with commas.');
  return [...former, ...parts];
}

/** An option that may be given several times; commas are part of it. */
export const several = (text: string, former: readonly string[] = []): string[] => [...former, text];
