// The audit for a terminal: the verdict first, then a table for each model.
import type { AuditReport, ModelAudit } from './audit-report.ts';
import { percent } from './verdict.ts';

/** Lines for people. */
export function auditText(report: AuditReport): string {
  return [...report.verdict.map(({ text }) => `  ${text}`), ...report.models.flatMap(modelLines)].join('\n');
}

function modelLines({ ref, size, measure, purifiers }: ModelAudit): string[] {
  const width = Math.max(9, ...purifiers.map(({ purifier }) => purifier.length));
  const head = measure === 'target' ? 'way to target' : 'moved by';
  return [
    '',
    `  ${`${ref}, ${size.join('x')}`.padEnd(width)}  ${head}  noise        beyond noise`,
    ...purifiers.map(({ purifier, immunized, noiseMean, noiseSpread, advantage, outcome }) => {
      const noise = `${percent(noiseMean)} ± ${percent(noiseSpread, 1)}`;
      return `  ${purifier.padEnd(width)}  ${percent(immunized.effect).padStart(head.length)}  ${noise.padEnd(11)}  ${percent(advantage).padStart(12)}  ${outcome}`;
    }),
  ];
}
