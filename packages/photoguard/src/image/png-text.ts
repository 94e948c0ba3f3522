/*
 * The text of a PNG's text chunks: `tEXt` and `zTXt` in Latin-1, the latter compressed, `iTXt` in UTF-8, compressed or
 * not.
 */
import { inflate, text } from './bytes.ts';
import type { PngChunk } from './types.ts';

/** Most bytes of a decompressed text. */
const MAX_TEXT = 2 ** 26;

/** The text of a chunk without its keyword, or undefined where it is damaged or far too long. */
export async function pngText({ type, data }: PngChunk): Promise<string | undefined> {
  const keywordEnd = data.indexOf(0);
  if (keywordEnd < 0) return undefined;
  if (type === 'tEXt') return text(data, keywordEnd + 1);
  try {
    if (type === 'zTXt') return text(await inflate(data.subarray(keywordEnd + 2), MAX_TEXT));
    const languageEnd = data.indexOf(0, keywordEnd + 3);
    const titleEnd = data.indexOf(0, languageEnd + 1);
    if (languageEnd < 0 || titleEnd < 0) return undefined;
    const body = data.subarray(titleEnd + 1);
    return new TextDecoder().decode(data[keywordEnd + 1] === 1 ? await inflate(body, MAX_TEXT) : body);
  } catch {
    return undefined;
  }
}
