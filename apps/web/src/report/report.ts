// Reports to save: JSON under the names that the command's `--json` has, and one HTML file without script, in the page's
// language. Loaded when somebody saves one.
import { fixed, type Html, html, htmlTable, page, type Section } from 'photoguard/report';
import { type Checked, CONDITIONS, type Protected } from '../protecting/messages.ts';
import type { Texts } from '../texts/catalogue.ts';
import { means, rows, standing } from './figures.ts';
import { changeText, recordLines } from './words.ts';

/** What a report is about: a photo that was protected here, or one that was checked. */
export type Reported =
  | { readonly input: string; readonly output: string; readonly result: Protected }
  | { readonly input: string; readonly original?: string | undefined; readonly checked: Checked };

/** How a report is saved. */
export type ReportForm = 'html' | 'json';

/** A report as a file. @param language of the texts */
export function makeReport(reported: Reported, form: ReportForm, texts: Texts, language: string): Blob {
  if (form === 'json')
    return new Blob([`${JSON.stringify(toJson(reported), undefined, 2)}\n`], { type: 'application/json' });
  return new Blob([toPage(reported, texts, language)], { type: 'text/html' });
}

/** The document of `immunize --json`, or of `audit --json`, as far as the page finds out what is in it. */
export function toJson(reported: Reported): object {
  if ('result' in reported) {
    const { input, output, result } = reported;
    return { results: [{ input, output, ...result.report }], skipped: [], errors: [] };
  }
  const { input, original, checked } = reported;
  return {
    input,
    ...(original !== undefined && { original }),
    tool: `photoguard ${__VERSION__}`,
    ...checked,
    errors: [],
  };
}

function toPage(reported: Reported, t: Texts, language: string): string {
  const { change, protection, notes } = 'result' in reported ? fromResult(reported.result) : reported.checked;
  const lead = protection
    ? html`<p>${t.audit.standing[standing(protection)]} ${t.proof.verdict(means(protection, 'protected'), means(protection, 'noise'))}</p>`
    : html`<p>${t.audit.withoutOriginal}</p>`;
  const body: (Section | undefined)[] = [
    protection && { id: 'moved', heading: t.report.moved, body: movedTable(protection, t) },
    change && { id: 'change', heading: t.report.change, body: html`<p>${changeText(change, t)}</p>` },
    { id: 'made', heading: t.report.made, body: made(reported, t) },
    { id: 'limits', heading: t.proof.not.title, body: list(t.proof.not.points) },
    notes.length > 0
      ? { id: 'notes', heading: t.report.notes, body: html`<div lang="en">${list(notes)}</div>` }
      : undefined,
  ];
  return page({
    title: t.report.title(reported.input),
    lead,
    sections: body.filter((section) => section !== undefined),
    footer: html`<p>PhotoGuard ${__VERSION__}. ${t.privacy}</p>`,
    language,
  });
}

const fromResult = ({ report }: Protected): Pick<Checked, 'change' | 'protection' | 'notes'> => ({
  change: report,
  protection: report.protection,
  notes: report.notes,
});

function movedTable(protection: NonNullable<Checked['protection']>, t: Texts): Html {
  const judged = { true: t.proof.judgeItself, false: t.proof.judge, null: t.proof.judgeUnknown }[
    `${protection.attacked}`
  ];
  const table = htmlTable({
    caption: `${t.proof.explain} ${judged}`,
    columns: [{ name: t.proof.space }, ...CONDITIONS.map((_, c) => ({ name: t.proof.conditions[c]!, numeric: true }))],
    rows: rows(protection).map(({ space, figures }) => [
      t.proof.editors[space] ?? space,
      ...figures.map(({ protected: value, noise }) => `${fixed(value, 2)} (${t.proof.noise(fixed(noise, 2))})`),
    ]),
  });
  return html`${table}<p>${t.report.judges}: ${protection.judges.join(', ')}</p>`;
}

function made(reported: Reported, t: Texts): Html {
  if ('result' in reported) {
    const { report, device, threads } = reported.result;
    const [width, height] = report.modelSize;
    return html`<p>${t.proof.how(report.gradients, report.seconds, device, threads, width, height)}</p>${definitions({
      [t.report.file]: reported.output,
      attack: report.attack,
      recipe: report.recipe,
      ...(report.visibility !== undefined && { visibility: report.visibility }),
      seed: String(report.seed),
      models: report.models.map(({ ref }) => ref).join(', '),
    })}`;
  }
  return html`${list(recordLines(reported.checked, t))}`;
}

const list = (lines: readonly string[]): Html => html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;

const definitions = (entries: Readonly<Record<string, string>>): Html =>
  html`<dl>${Object.entries(entries).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
