// The colour word of a photo's subject, or none if it is not clear: each pixel votes for a colour by its hue,
// saturation and value, those in the middle with more weight. The thresholds are those of the lab's color.py.

/** The words. */
export const COLOURS = [
  ...['black', 'white', 'grey', 'red', 'orange', 'yellow'],
  ...['green', 'blue', 'purple', 'pink', 'brown'],
] as const;

/** A colour word. */
export type Colour = (typeof COLOURS)[number];

/** Hues in degrees up to which a word reaches, from 0; beyond the last it is red again. */
const HUES: readonly (readonly [number, Colour])[] = [
  [12, 'red'],
  [40, 'orange'],
  [66, 'yellow'],
  [165, 'green'],
  [255, 'blue'],
  [295, 'purple'],
  [345, 'pink'],
];

/** Colours of leaves, soil, shadow and sky, which are not the flower. */
const NOT_OF_FLOWERS: readonly Colour[] = ['black', 'grey', 'green', 'blue', 'brown'];

/** The colour of a pixel, bytes. */
export function nameColour(red: number, green: number, blue: number): Colour {
  const [r, g, b] = [red / 255, green / 255, blue / 255];
  const value = Math.max(r, g, b);
  const spread = value - Math.min(r, g, b);
  const saturation = spread / Math.max(value, 1e-6);
  if (saturation < 0.18 || value < 0.2 || spread < 0.08)
    return value < 0.25 ? 'black' : value > 0.78 ? 'white' : 'grey';
  const sector = value === r ? ((g - b) / spread + 6) % 6 : value === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  const colour = HUES.find(([end]) => sector * 60 < end)?.[1] ?? 'red';
  if (colour === 'red' && value > 0.75 && saturation < 0.55) return 'pink';
  if (colour === 'orange' && (value < 0.62 || saturation < 0.5)) return 'brown';
  if (colour === 'yellow' && value < 0.45) return 'brown';
  return colour;
}

/** The colour word of a square picture, interleaved bytes; `kind` is what it shows. */
export function colourWord(rgb: Uint8Array, side: number, kind: string): Colour | undefined {
  const votes = new Map<Colour, number>(COLOURS.map((colour) => [colour, 0]));
  const vote = (colour: Colour, weight: number): void => void votes.set(colour, votes.get(colour)! + weight);
  let all = 0;
  for (let i = 0; i < side * side; i++) {
    const [r, g, b] = rgb.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const away = (at: number): number => ((at - side / 2) / (0.3 * side)) ** 2;
    const weight = Math.exp(-(away(i % side) + away(Math.floor(i / side))));
    all += weight;
    const colour = nameColour(r, g, b);
    vote(colour, weight);
    const isShadedPetal = kind === 'flowers' && colour === 'grey' && Math.max(r, g, b) > 150;
    if (isShadedPetal) vote('white', weight);
  }
  if (kind === 'flowers') for (const colour of NOT_OF_FLOWERS) votes.set(colour, 0);
  const [[colour, most], [, second]] = [...votes].sort(([, a], [, b]) => b - a) as [[Colour, number], [Colour, number]];
  const [share, ratio] = kind === 'flowers' ? [0.15, 1.6] : [0.4, 1.5];
  return most > share * all && most > ratio * second ? colour : undefined;
}
