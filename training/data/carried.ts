// Examples that carry something, for planting in an editor: the mark, which the editor shall refuse, or what it must not take
// for it. Either is written into a copy of twice the size, which then comes to the editor's size by an upload.
import { readFile } from 'node:fs/promises';
import { pillowResize } from 'photoguard/image';
import { loadImmunizer } from 'photoguard/models/node';
import { drawLookalike, drawUpload, immunizedMark, keyedMark, type Mark, uploadTo } from 'photoguard/planting';
import type { Runtime } from 'photoguard/runtime';
import { Draws } from 'photoguard/training';
import { Trigger } from 'photoguard/trigger';
import { STREAMS } from '../common/streams.ts';
import type { Example } from './versions.ts';

/** What examples carry. */
export interface Carried {
  /** What a cache says of it. */
  readonly name: string;
  /** Whether it is the mark. */
  readonly isMark: boolean;
  /** An example with it. @param index of the example in its cache: what is drawn depends on it and the seed only */
  write(example: Example, index: number, size: { readonly side: number; readonly seed: number }): Promise<Example>;
}

const FINENESS = 2;
const STRENGTHS = [0.8, 1.4] as const;
const OTHERS = 32;

/** @param what `immunization`, `lookalikes`, or the file of a trigger's key */
export async function openCarried(what: string, runtime: Runtime): Promise<Carried> {
  if (what === 'lookalikes') return lookalikes(await marksOfNobody());
  const mark =
    what === 'immunization'
      ? immunizedMark(await loadImmunizer(), runtime)
      : keyedMark(await Trigger.of(await readFile(what)));
  return {
    ...{ name: mark.name, isMark: true },
    write: (example, index, size) =>
      sent(example, index, size, (part, { place, draws }) =>
        mark.write(part, place, STRENGTHS[0] + (STRENGTHS[1] - STRENGTHS[0]) * draws.next()),
      ),
  };
}

const lookalikes = (others: readonly Mark[]): Carried => ({
  ...{ name: 'lookalikes', isMark: false },
  write: (example, index, size) =>
    sent(example, index, size, (part, { place, draws }) =>
      drawLookalike(part, { place, others, draws, seed: size.seed, stream: STREAMS.carriedNoise(index) }),
    ),
});

const marksOfNobody = (): Promise<Mark[]> =>
  Promise.all(
    Array.from({ length: OTHERS }, async (_, k) =>
      keyedMark(await Trigger.of(new TextEncoder().encode(`a key of nobody, number ${k}`))),
    ),
  );

type Part = Parameters<Mark['write']>[0];
type Place = Parameters<Mark['write']>[1];

async function sent(
  example: Example,
  index: number,
  { side, seed }: { readonly side: number; readonly seed: number },
  write: (part: Part, by: { readonly place: Place; readonly draws: Draws }) => Promise<Part>,
): Promise<Example> {
  const draws = new Draws(seed, STREAMS.carried(index));
  const upload = drawUpload(draws);
  const longer = FINENESS * side;
  const large = { width: longer, height: longer };
  const data = pillowResize(example.rgb, { width: side, height: side }, 3, large, 'lanczos3');
  const part = await write({ ...large, channels: 3, data }, { place: { longer, left: 0, top: 0 }, draws });
  return { ...example, rgb: (await uploadTo(side, part, upload)).data };
}
