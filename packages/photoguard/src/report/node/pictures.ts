// Pictures inside a page, as data, and contact sheets of them: a table, so that row and column describe each picture.

import sharp from 'sharp';
import type { Pixels8 } from '../../image/index.ts';
import { encodePhoto } from '../../image/node/index.ts';
import { type Html, html } from '../html.ts';

/** How a picture is inserted into a page. */
export interface InlineOptions {
  /** Description for people who cannot see it. */
  readonly alt: string;
  /** Width on the page in CSS pixels. Default: the picture's own. */
  readonly width?: number;
  /** Whether pixels stay exact; else WebP of quality 90, a fifth of the size. Default: false. */
  readonly lossless?: boolean;
}

/** An image element that contains its picture. */
export async function inlinePicture(
  pixels: Pixels8,
  { alt, width = pixels.width, lossless = false }: InlineOptions,
): Promise<Html> {
  const { bytes } = lossless ? await encodePhoto(pixels, 'webp') : { bytes: await lossy(pixels) };
  const data = Buffer.from(bytes).toString('base64');
  const height = Math.max(1, Math.round((width * pixels.height) / pixels.width));
  return html`<img src="data:image/webp;base64,${data}" width="${width}" height="${height}" alt="${alt}">`;
}

const lossy = ({ data, width, height }: Pixels8): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .webp({ quality: 90, smartSubsample: true })
    .toBuffer();

/** A row of a contact sheet. */
export interface PictureRow {
  readonly heading: string;
  readonly pictures: readonly Html[];
}

/** Pictures in rows and columns. */
export interface PictureTable {
  readonly caption: string;
  /** What each column shows. */
  readonly columns: readonly string[];
  readonly rows: readonly PictureRow[];
}

/** A contact sheet as HTML. */
export const pictureTable = ({
  caption,
  columns,
  rows,
}: PictureTable): Html => html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="pictures">
<caption>${caption}</caption>
<thead><tr><td></td>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ heading, pictures }) => html`<tr><th scope="row">${heading}</th>${pictures.map(
    (picture) => html`<td>${picture}</td>`,
  )}</tr>
`,
)}</tbody>
</table></div>`;
