// What is said of a protection: how far it moves the latents of each space, and what it does not reach.
import { type Figures, type Protection, UPLOADS } from 'photoguard/protection';

/** What no protection of latents reaches, one line each. */
const NOT_PROTECTED = [
  'editors that work on pixels: they have no latent space',
  'an editor that is asked to restore the photo first, or noisy upscaling',
  'spaces that are not in the table: Qwen-Image, Wan, SANA',
];

const BAR = 10;

/** A figure with its bar: 1 fills it. */
function barText({ protected: value, noise }: Figures): string {
  const filled = Math.min(BAR, Math.round(BAR * value));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  return `${bar} ${value.toFixed(2)} (noise ${noise.toFixed(2)})`;
}

/** What is said of judges. */
const SEEN = {
  true: 'which the attack saw: others move less',
  false: 'which the attack never saw',
  null: 'which the attack may have seen: there is no record of it',
} as const;

/** Lines for people. */
export function describeProtection({ judges, attacked, size, displacement }: Protection): string[] {
  const who = `${judges.join(', ')} at ${size.join('x')}, ${SEEN[String(attacked) as keyof typeof SEEN]}`;
  const cells = Object.entries(displacement).map(([space, figures]) => [
    space,
    ...UPLOADS.map((spec) => barText(figures[spec]!)),
  ]);
  const width = Math.max(...cells.map(([, now]) => now!.length));
  return [
    `  moves    latents by (1: as far as the photo's own content), says ${who}`,
    `           ${''.padEnd(6)} ${'now'.padEnd(width)}  after an upload (JPEG 75, half the size)`,
    ...cells.map(([space, now, after]) => `           ${space!.padEnd(6)} ${now!.padEnd(width)}  ${after}`),
    ...NOT_PROTECTED.map((line, i) => `  ${i === 0 ? 'not' : '   '}      ${line}`),
  ];
}
