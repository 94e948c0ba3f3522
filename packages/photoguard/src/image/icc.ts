// Checks whether an ICC profile is valid. PNG decoders drop a damaged one, JPEG decoders pass it on; here all are
// treated alike.
import { startsWith, text, view } from './bytes.ts';

const HEADER = 128;
const TAG_ENTRY = 12;

/** Whether some bytes are an ICC profile of RGB pixels: header, stated length, and every tag inside (ICC.1:2022, 7). */
export function isRgbProfile(icc: Uint8Array): boolean {
  if (icc.length < HEADER + 4 || !startsWith(icc, 'acsp', 36) || text(icc, 16, 20) !== 'RGB ') return false;
  const numbers = view(icc);
  const length = numbers.getUint32(0);
  const tags = numbers.getUint32(HEADER);
  const dataAt = HEADER + 4 + TAG_ENTRY * tags;
  if (length > icc.length || dataAt > length) return false;
  for (let entry = HEADER + 4; entry < dataAt; entry += TAG_ENTRY)
    if (numbers.getUint32(entry + 4) + numbers.getUint32(entry + 8) > length) return false;
  return true;
}
