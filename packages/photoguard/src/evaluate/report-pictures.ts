// Contact sheets: for some photos the original, its edit, and for every arm the immunized photo and its edit with the
// same seed. Pixels are unchanged, and nothing is chosen by its looks: the photos are the first ones of the plan.

import type { Pixels8 } from '../image/index.ts';
import { type Html, html } from '../report/index.ts';
import { inlinePicture, pictureTable } from '../report/node/index.ts';
import { type Cell, cellKey, listCells, type Plan } from './plan.ts';
import type { WorkFolder } from './store.ts';
import { formatEps } from './tables.ts';

/** Sheets of the first photos, one per eps. */
export async function contactSheets(
  plan: Plan,
  work: WorkFolder,
  shown: number,
  originals: ReadonlyMap<string, Pixels8>,
): Promise<Html> {
  const sheets: Html[] = [];
  for (const eps255 of plan.eps255)
    sheets.push(await sheet(plan, work, Math.min(shown, plan.photos.length), eps255, originals));
  return html`${sheets}`;
}

async function sheet(
  plan: Plan,
  work: WorkFolder,
  count: number,
  eps255: number,
  originals: ReadonlyMap<string, Pixels8>,
): Promise<Html> {
  const arms = plan.arms.filter(({ kind }) => kind !== 'clean');
  const rows = [];
  for (let photo = 0; photo < count; photo++) {
    const { file, prompt } = plan.photos[photo]!;
    const cells = listCells(plan, photo);
    const clean = cells[0]!;
    const pictures: (readonly [string, Pixels8 | undefined])[] = [
      ['original', originals.get(file)],
      ['edit of the original', await readEdit(work, clean)],
    ];
    for (const arm of arms) {
      const cell = cells.find((one) => one.arm.name === arm.name && one.eps255 === eps255)!;
      pictures.push(
        [`${arm.name}`, await work.picture(cellKey(cell))],
        [`edit of ${arm.name}`, await readEdit(work, cell)],
      );
    }
    if (pictures.some(([, picture]) => picture === undefined)) continue;
    const inlined: Html[] = [];
    for (const [name, picture] of pictures)
      inlined.push(await inlinePicture(picture!, { alt: `${file}: ${name}`, lossless: true, width: 128 }));
    rows.push({ heading: `${file}, "${prompt}"`, pictures: inlined });
  }
  return pictureTable({
    caption: `eps ${formatEps(eps255)}, seed ${plan.seeds[0]}, no purifier. The first ${count} photos of the plan.`,
    columns: ['original', 'its edit', ...arms.flatMap(({ name }) => [name, 'its edit'])],
    rows,
  });
}

const readEdit = (work: WorkFolder, cell: Cell): Promise<Pixels8 | undefined> =>
  work.picture(`${cellKey(cell)}.edit.0`);
