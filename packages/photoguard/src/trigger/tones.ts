// What a key says of its trigger: a few waves over the whole picture, of medium length, each with its direction, phase and
// colour. Lengths are shares of the picture's longer side, since editors scale that side to their own size.
import type { Size } from '../image/index.ts';

/** A wave: cycles per longer side of the picture, phase in radians, direction in RGB of length 1. */
export interface Tone {
  readonly across: number;
  readonly down: number;
  readonly phase: number;
  readonly colour: readonly [red: number, green: number, blue: number];
}

/** Waves of a trigger. Few can be told apart from those of other keys even after a crop; many would fill the band. */
const TONES = 6;
/** Cycles per longer side, fewest and most: visible to an editor of 128 pixels, and more than the photo's own shapes. */
const BAND = [8, 24] as const;
/** Share of a wave's amplitude that is luma: chroma is seen less, and photos have less of it; luma survives JPEG better. */
const LUMA = 0.5;
/** Bytes that a wave is made from: four numbers. */
const BYTES = 8;

const LABEL = 'photoguard trigger 1';

/** The name of a key's trigger, which says nothing about the key: 8 digits, hex. */
export async function triggerId(key: Uint8Array): Promise<string> {
  return [...(await keyed(key, `${LABEL} id`)).subarray(0, 4)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** The waves of a key: HMAC-SHA-256 of a label and a count, so they do not give the key away. */
export async function tonesOf(key: Uint8Array): Promise<Tone[]> {
  const tones: Tone[] = [];
  for (let k = 0; k < TONES; k++) {
    const bytes = await keyed(key, `${LABEL} wave ${k}`);
    const numbers = new DataView(bytes.buffer, bytes.byteOffset, BYTES);
    const share = (at: number): number => numbers.getUint16(2 * at) / 2 ** 16;
    const cycles = BAND[0] * (BAND[1] / BAND[0]) ** share(0);
    const angle = Math.PI * share(1);
    tones.push({
      across: cycles * Math.cos(angle),
      down: cycles * Math.sin(angle),
      phase: 2 * Math.PI * share(2),
      colour: colourAt(2 * Math.PI * share(3)),
    });
  }
  return tones;
}

// Around the axis of luma, at a fixed angle to it.
function colourAt(hue: number): Tone['colour'] {
  const chroma = Math.sqrt(1 - LUMA ** 2);
  const blueYellow = chroma * Math.cos(hue);
  const redGreen = chroma * Math.sin(hue);
  const luma = LUMA / Math.sqrt(3);
  return [
    luma - blueYellow / Math.sqrt(6) + redGreen / Math.sqrt(2),
    luma - blueYellow / Math.sqrt(6) - redGreen / Math.sqrt(2),
    luma + (2 * blueYellow) / Math.sqrt(6),
  ];
}

async function keyed(key: Uint8Array, message: string): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await subtle.importKey('raw', Uint8Array.from(key), algorithm, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, new TextEncoder().encode(message)));
}

/** Where a picture lies in the one that the waves go over: for a part of a photo. In pixels. */
export interface Place {
  /** The whole picture's longer side. */
  readonly longer: number;
  readonly left: number;
  readonly top: number;
}

/** The whole of a picture. */
export const wholeOf = ({ width, height }: Size): Place => ({ longer: Math.max(width, height), left: 0, top: 0 });
