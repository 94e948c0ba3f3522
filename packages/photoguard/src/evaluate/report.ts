// index.html of an evaluation.
import { type Html, html, htmlTable, page, repeatBlock, type Section } from '../report/index.ts';
import { sha256 } from '../report/node/index.ts';
import { describeSettings } from './describe-settings.ts';
import { distancePlots, purifierPlots, qualityPlots } from './report-plots.ts';
import type { ResultLine } from './results.ts';
import type { Summary } from './summary.ts';
import {
  changeTable,
  costTable,
  displacementTable,
  formatEps,
  noiseTable,
  paperTable,
  plainRows,
  purifierTable,
  qualityTable,
  shiftTable,
} from './tables.ts';

/** Contents of a report. */
export interface ReportInput {
  readonly summary: Summary;
  readonly lines: readonly ResultLine[];
  readonly command: readonly string[];
  readonly sheets: Html;
}

/** The page as text. */
export async function evaluationPage({ summary, lines, command, sheets }: ReportInput): Promise<string> {
  const { plan, leftOut } = summary;
  const sections: (Section | false)[] = [
    {
      id: 'distance',
      heading: 'Distance from the clean edit',
      body: html`<p>The paper's protocol: an edit of the immunized photo against the edit of the original under the same prompt and
noise. It says how much an edit is changed, not whether it is bad.</p>
${htmlTable(paperTable(summary))}${await distancePlots(summary)}${htmlTable(noiseTable(summary))}${htmlTable(shiftTable(summary))}`,
    },
    {
      id: 'quality',
      heading: 'How good edits still are',
      body: html`<p>An edit can be far from the clean one and still be what was asked for. These figures do not look at the clean
edit.</p>${htmlTable(qualityTable(summary))}${await qualityPlots(summary)}`,
    },
    summary.worst.length > 0 && {
      id: 'purifiers',
      heading: 'After purifiers',
      body: html`${htmlTable(purifierTable(summary))}${await purifierPlots(summary)}`,
    },
    {
      id: 'displacement',
      heading: 'How far latents move',
      body: html`<p>What an editor makes of a photo begins with its latent. This is measured on the photo alone, without an edit.</p>${htmlTable(displacementTable(summary))}`,
    },
    { id: 'pictures', heading: 'Pictures', body: sheets },
    {
      id: 'cost',
      heading: 'What was changed, and what it took',
      body: html`${htmlTable(changeTable(summary))}${htmlTable(costTable(lines))}`,
    },
    leftOut.length > 0 && {
      id: 'left-out',
      heading: 'What was left out',
      body: html`<ul>${leftOut.map(({ name, reason }) => html`<li><code>${name}</code>: ${reason}</li>`)}</ul>`,
    },
    {
      id: 'repeat',
      heading: 'How to repeat this',
      body: repeatBlock({
        command,
        versions: plan.versions,
        settings: describeSettings(summary),
        hashes: {
          editor: plan.model.sha256,
          ...(plan.clip && { [`CLIP model ${plan.clip.ref}`]: plan.clip.sha256 }),
          'photos (of the lines "hash  file"; single ones are in summary.json)': sha256(
            plan.photos.map((photo) => `${photo.sha256}  ${photo.file}\n`).join(''),
          ),
        },
      }),
    },
  ];
  return page({
    title: 'How well photos were protected',
    lead: lead(summary),
    sections: sections.filter((section) => section !== false),
    footer: html`<p>Made by photoguard ${plan.versions.photoguard ?? ''}. It holds everything that it shows; every number is in summary.json
beside it.</p>`,
  });
}

// Sentences that follow from the figures: at each eps, which arms do more than noise.
function lead(summary: Summary): Html {
  const { plan, photos } = summary;
  const findings = plainRows(summary).flatMap(({ arm, eps255, distance, distanceMinusNoise }) => {
    const [less, own] = [distanceMinusNoise?.ssim, distance.ssim];
    if (!less || !own) return [];
    const said =
      less.high < 0
        ? `moves edits further than random noise does`
        : less.low > 0
          ? `moves edits less than random noise does`
          : `cannot be told from random noise`;
    return [
      html`<li>At ${formatEps(eps255)}, <strong>${arm}</strong> ${said}: SSIM ${own.mean.toFixed(3)}, noise ${(own.mean - less.mean).toFixed(3)}
(difference ${less.mean.toFixed(3)}, 95% interval ${less.low.toFixed(3)} to ${less.high.toFixed(3)}).</li>`,
    ];
  });
  return html`<p>${photos} photos, edited by ${plan.model.ref} with ${plan.seeds.length} seeds each. What is said here holds for this editor, these
photos and these settings.</p><ul>${findings}</ul>`;
}
