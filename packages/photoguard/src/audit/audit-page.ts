// The audit as one page: the verdict, the change, what survives, edits side by side, and how to repeat it.
import { type Pixels8, resizePixels, toPixels8 } from '../image/index.ts';
import { PAIR_METRICS } from '../metrics/index.ts';
import {
  fixed,
  type Html,
  html,
  htmlTable,
  page,
  type Repeatable,
  repeatBlock,
  type Section,
} from '../report/index.ts';
import { barPlot, inlinePicture, pictureTable } from '../report/node/index.ts';
import type { EditPictures } from './audit-edits.ts';
import type { Audited } from './audit-photo.ts';
import type { AuditReport, EditsAudit, ModelAudit } from './audit-report.ts';
import { percent } from './verdict.ts';

/** What a page says in addition to the audit. */
export interface AuditPageOptions {
  /** The photo's name. */
  readonly name: string;
  readonly repeat: Repeatable;
}

/** Longer side of a picture on the page, in pixels. */
const SIDE = 360;
/** How much the difference is amplified, around mid grey. */
const GAIN = 10;

/** The page as text. */
export async function auditPage(audited: Audited, { name, repeat }: AuditPageOptions): Promise<string> {
  const { report } = audited;
  const sections: Section[] = [{ id: 'change', heading: 'What was changed', body: await changeBody(audited) }];
  for (const [i, model] of report.models.entries())
    sections.push({
      id: `survival-${i + 1}`,
      heading: `What survives, seen by ${model.ref}`,
      body: await survivalBody(model),
    });
  for (const [i, edits] of report.edits.entries())
    sections.push({
      id: `edits-${i + 1}`,
      heading: `Edits by ${edits.editor}`,
      body: await editsBody(edits, audited.edits),
    });
  sections.push({ id: 'rules', heading: 'Rules of the verdict', body: rulesBody(report) });
  sections.push({ id: 'repeat', heading: 'How to repeat this', body: repeatBlock(repeat) });
  const lead = html`<ul>${report.verdict.map(({ text }) => html`<li>${text}</li>`)}</ul>`;
  return page({ title: `Audit of ${name}`, lead, sections });
}

async function changeBody({ report, clean, immunized }: Audited): Promise<Html> {
  const first = report.clean.kind === 'original' ? 'the original' : 'estimate of the original';
  const shown = [
    [first, small(clean)],
    ['the photo as it is', small(immunized)],
    [`their difference, ${GAIN} times`, small(difference(clean, immunized))],
  ] as const;
  const pictures = await Promise.all(shown.map(([alt, pixels]) => inlinePicture(pixels, { alt, width: 240 })));
  const sheet = pictureTable({
    caption: 'The photo before and after.',
    columns: shown.map(([title]) => title),
    rows: [{ heading: '', pictures }],
  });
  if (!report.change) return html`${sheet}<p>Without the original the change cannot be measured.</p>`;
  const rows = Object.entries(PAIR_METRICS).map(([field, { name, unit, better }]) => [
    unit ? `${name}, ${unit}` : name,
    fixed(report.change![field], field === 'linf255' ? 0 : 3),
    better,
  ]);
  const columns = [{ name: 'metric' }, { name: 'value', numeric: true }, { name: 'more alike is' }];
  return html`${sheet}${htmlTable({ caption: 'The photo as it is against the original.', columns, rows })}`;
}

async function survivalBody({ measure, purifiers, size, target, recorded }: ModelAudit): Promise<Html> {
  const what = measure === 'target' ? `way to the target (${target})` : 'movement in the latent space';
  const series = ['random noise', 'immunized'];
  const points = purifiers.flatMap(({ purifier: group, immunized, noise, noiseMean: mean }) => {
    const effects = noise.map(({ effect }) => effect);
    return [
      { series: 'random noise', group, mean, low: Math.min(...effects), high: Math.max(...effects) },
      { series: 'immunized', group, mean: immunized.effect, low: immunized.effect, high: immunized.effect },
    ];
  });
  const plot = await barPlot({
    ...{ series, points, groups: purifiers.map(({ purifier }) => purifier) },
    caption: `Share of the ${what} after each purifier; the line on the noise is the range of its draws.`,
    label: `share of the ${what}`,
  });
  const rows = purifiers.map((one) => [
    one.purifier,
    fixed(one.cleanToTarget, 1),
    fixed(one.immunized.toTarget, 1),
    percent(one.immunized.effect),
    `${percent(one.noiseMean)} ± ${percent(one.noiseSpread, 1)}`,
    percent(one.advantage),
    one.outcome,
  ]);
  const numeric = ['clean: distance', 'immunized: distance', 'immunized', 'noise', 'beyond noise'];
  const columns = [{ name: 'purifier' }, ...numeric.map((name) => ({ name, numeric: true })), { name: 'outcome' }];
  const caption =
    'Distances to the latent of the target (L2), and the shares of the plot. Every version was purified alike.';
  return html`<p>The model saw the photo at ${size.join('x')}. ${
    recorded ? 'The photo\u2019s record names it.' : 'The photo\u2019s record does not name it.'
  }</p>${plot}${htmlTable({ caption, columns, rows })}`;
}

async function editsBody(edits: EditsAudit, pictures: readonly EditPictures[]): Promise<Html> {
  const { prompt, strength, steps, guidance, size, purifiers } = edits;
  const rows = [];
  for (const { purifier, seeds } of purifiers) {
    const seed = seeds[0]!.seed;
    const seen = pictures.find((one) => one.purifier === purifier && one.seed === seed)!;
    const shown = ['clean', 'immunized', 'noise'] as const;
    rows.push({
      heading: purifier,
      pictures: await Promise.all(
        shown.map((which) =>
          inlinePicture(small(seen[which]), { alt: `edit of the ${which} photo after ${purifier}`, width: 200 }),
        ),
      ),
    });
  }
  const sheet = pictureTable({
    caption: `Prompt "${prompt}", seed ${purifiers[0]!.seeds[0]!.seed}, strength ${strength}, ${steps} steps, guidance ${guidance}, ${size.join('x')}.`,
    columns: ['edit of the clean photo', 'of the immunized photo', 'of the photo with noise'],
    rows,
  });
  const columns = ['seed', 'immunized', 'noise'].map((name) => ({ name, numeric: true }));
  const table = htmlTable({
    caption: 'SSIM with the edit of the clean photo: lower is more different.',
    columns: [{ name: 'purifier' }, ...columns, { name: 'outcome' }],
    rows: purifiers.flatMap(({ purifier, seeds, outcome }) =>
      seeds.map(({ seed, immunized, noise }) => [purifier, String(seed), fixed(immunized), fixed(noise), outcome]),
    ),
  });
  return html`${sheet}${table}`;
}

function rulesBody({ thresholds, verdict, noise }: AuditReport): Html {
  const { leastAdvantage, spreads, keptShare, leastSsim } = thresholds;
  const control =
    noise.kind === 'shuffled'
      ? 'the change\u2019s own values at other places, so noise that is equal to it in every norm'
      : `noise that fills the ${noise.norm} ball of ${noise.eps255} levels`;
  return html`<p>The control is ${control} (${noise.draws} draws). Beyond noise: the photo\u2019s share exceeds the mean of the
draws, or zero where that is less, by at least ${percent(leastAdvantage)} and by ${spreads} standard deviations of the draws. Protected: beyond noise
without a purifier. After a purifier it holds where it is beyond noise and at least ${percent(keptShare)} of what was beyond
noise is left; weakened where less is left; lost where it is not beyond noise. Edits come out different where, with every
seed, they are less like those of the clean photo than noise makes them, by ${leastSsim} in SSIM on average.</p>${htmlTable(
    {
      caption: 'Each sentence, its rule, and where its figures are in the JSON.',
      columns: [{ name: 'rule' }, { name: 'sentence' }, { name: 'figures' }],
      rows: verdict.map(({ rule, text, from }) => [rule, text, from.join(' ')]),
    },
  )}`;
}

function small(pixels: Pixels8): Pixels8 {
  const factor = SIDE / Math.max(pixels.width, pixels.height);
  if (factor >= 1) return pixels;
  const size = { width: Math.round(pixels.width * factor), height: Math.round(pixels.height * factor) };
  return toPixels8(resizePixels(pixels, size, { filter: 'lanczos3' }));
}

const difference = (a: Pixels8, b: Pixels8): Pixels8 => ({
  ...a,
  data: a.data.map((value, i) => Math.min(Math.max(128 + GAIN * (b.data[i]! - value), 0), 255)),
});
