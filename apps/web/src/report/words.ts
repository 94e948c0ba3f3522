// What is said of a change and of a record, on the page and in reports.
import { visibleGrade } from 'photoguard/protection';
import type { Checked } from '../protecting/messages.ts';
import type { Texts } from '../texts/catalogue.ts';

/** How large the change is, in words. */
export function changeText({ flip, linf255, psnr }: NonNullable<Checked['change']>, t: Texts): string {
  return `${t.proof.visible[visibleGrade(flip)]} ${t.proof.change(linf255, psnr.toFixed(1))}`;
}

/** What a record says, and whether the original is the one that it names. One line each. */
export function recordLines({ record, recordProblem, clean }: Checked, t: Texts): string[] {
  if (!record) return [recordProblem === undefined ? t.audit.noRecord : `${t.audit.badRecord} ${recordProblem}`];
  const { attack, recipe, visibility, models, size, seed, tool } = record;
  const refs = models.map(({ ref }) => ref).join(', ');
  const matches = clean?.matchesRecord;
  return [
    t.audit.record(tool, attack, visibility ?? `${record.eps255}/255`, refs),
    t.audit.details(recipe, seed, size[0], size[1]),
    ...(matches === undefined || matches === null ? [] : [matches ? t.audit.matches : t.audit.differs]),
    t.audit.claim,
  ];
}
