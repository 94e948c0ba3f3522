// The verdict in plain words. Every sentence follows from figures of the report by a rule of docs/audit.md, and names
// both; it says nothing without a figure.
import type { AuditFigures, EditsAudit, ModelAudit, PurifiedAudit, Sentence } from './audit-report.ts';
import type { Outcome } from './rules.ts';

/** Writes the verdict on some figures. Pure: the same figures give the same sentences. */
export function writeVerdict(figures: AuditFigures): readonly Sentence[] {
  return [
    ...otherOriginalSentences(figures),
    ...figures.models.flatMap((model, m) => modelSentences(model, m, figures)),
    ...figures.edits.flatMap(editSentences),
    ...originSentences(figures),
    ...notTestedSentences(figures),
  ];
}

function modelSentences(model: ModelAudit, m: number, figures: AuditFigures): Sentence[] {
  const [plain] = model.purifiers;
  const at = `/models/${m}/purifiers`;
  const from = [`${at}/0/immunized/effect`, `${at}/0/noiseMean`, `${at}/0/noiseSpread`, `${at}/0/outcome`];
  const isProtected = plain!.outcome === 'protected';
  const first: Sentence = {
    rule: isProtected ? 'protected' : 'unprotected',
    text: `${isProtected ? 'Protected' : 'Not protected'} against ${model.ref}: ${howFar(model, plain!)}.`,
    from,
  };
  if (!isProtected) return [first];
  const said = (outcome: Outcome, words: string): Sentence[] => {
    const which = model.purifiers.flatMap((one, p) => (one.outcome === outcome ? [[one, p] as const] : []));
    if (which.length === 0) return [];
    const list = which.map(([one]) => `${one.purifier} (${percent(one.advantage / plain!.advantage)} left)`);
    return [
      {
        rule: outcome,
        text: `Against ${model.ref} ${words} ${list.join(', ')}.`,
        from: which.flatMap(([, p]) => [`${at}/${p}/advantage`, `${at}/${p}/noiseSpread`, `${at}/${p}/outcome`]),
      },
    ];
  };
  return [
    first,
    ...said('holds', 'it holds after'),
    ...said('weakened', 'it is weakened by'),
    ...said('lost', 'it is lost after'),
    ...coarseSentence(model, m, figures),
  ];
}

// Purifiers act on the photo's own pixels, and such a model sees averages of many of them.
function coarseSentence({ ref, size }: ModelAudit, m: number, { photo, thresholds }: AuditFigures): Sentence[] {
  const times = photo.width / size[0];
  if (times < thresholds.coarse) return [];
  return [
    {
      rule: 'coarse-view',
      text: `${ref} sees the photo at ${size.join('x')}, ${times.toFixed(1)} times smaller: it hardly sees what purifiers do to single pixels; models that see more would.`,
      from: ['/photo/width', `/models/${m}/size`, '/thresholds/coarse'],
    },
  ];
}

function howFar({ measure }: ModelAudit, { immunized, noiseMean, noiseSpread, noise }: PurifiedAudit): string {
  const control = `${percent(noiseMean)} (${noise.length} draws, spread ${percent(noiseSpread, 1)})`;
  return measure === 'target'
    ? `the model sees it ${percent(immunized.effect)} of the way to the attack's target; random noise of that size gets ${control}`
    : `the model's view of it moved by ${percent(immunized.effect)} of its distance to plain grey; random noise of that size moves it by ${control}`;
}

function editSentences({ editor, purifiers }: EditsAudit, e: number): Sentence[] {
  return purifiers.map(({ purifier, immunized, noise, outcome, seeds }, p) => {
    const at = `/edits/${e}/purifiers/${p}`;
    const when = purifier === 'none' ? '' : ` after ${purifier}`;
    const what = outcome === 'disturbed' ? 'come out different' : 'do not come out different beyond noise';
    return {
      rule: outcome === 'disturbed' ? 'edits-disturbed' : 'edits-not-disturbed',
      text: `Edits by ${editor}${when} ${what}: SSIM with the edits of the clean photo ${immunized.toFixed(2)}, with random noise ${noise.toFixed(2)} (${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}).`,
      from: [`${at}/immunized`, `${at}/noise`, `${at}/seeds`, `${at}/outcome`],
    };
  });
}

const HASHES = ['/clean/matchesRecord', '/clean/sha256', '/record/original'];

// This comes first, because everything else depends on it.
function otherOriginalSentences({ clean }: AuditFigures): Sentence[] {
  if (clean.kind !== 'original' || clean.matchesRecord !== false) return [];
  return [
    {
      rule: 'original-differs',
      text: 'The original given is not the photo that the record names: its pixels have another hash. What follows is true only if it shows the same photo, saved again.',
      from: HASHES,
    },
  ];
}

function originSentences({ record, recordProblem, clean, change }: AuditFigures): Sentence[] {
  const sentences: Sentence[] = [];
  if (recordProblem !== undefined)
    sentences.push({ rule: 'record-damaged', text: `About its record: ${recordProblem}.`, from: ['/recordProblem'] });
  else if (!record)
    sentences.push({ rule: 'no-record', text: 'The photo has no record of a protection.', from: ['/record'] });
  else {
    const names = record.models.map(({ ref }) => ref).join(', ');
    sentences.push({
      rule: 'record',
      text: `Its record says: ${record.attack} attack, recipe ${record.recipe}, ${bound(record)}, against ${names}.`,
      from: ['/record'],
    });
  }
  if (clean.kind === 'estimate')
    sentences.push({
      rule: 'estimate',
      text: `The original was not given: all figures are against an estimate of it, the photo itself after ${clean.purifier}.`,
      from: ['/clean/kind', '/clean/purifier'],
    });
  else if (clean.matchesRecord)
    sentences.push({
      rule: 'original-matches',
      text: 'The original given is the photo that the record names.',
      from: HASHES,
    });
  const most = change?.linf255;
  if (most !== undefined && most !== null && record?.norm === 'linf')
    sentences.push({
      rule: most <= record.eps255 ? 'within-bound' : 'beyond-bound',
      text:
        most <= record.eps255
          ? `No value differs from the original by more than ${most} of 255 levels, within the ${record.eps255} of the record.`
          : `Values differ from the original by up to ${most} of 255 levels, more than the ${record.eps255} of the record: the file was changed afterwards or saved with loss.`,
      from: ['/change/linf255', '/record/eps255'],
    });
  return sentences;
}

const bound = ({ norm, eps255 }: { norm: string; eps255: number }): string =>
  norm === 'linf' ? `at most ${eps255} of 255 levels` : `an L2 norm of at most ${eps255} levels`;

function notTestedSentences({ notTested, models }: AuditFigures): Sentence[] {
  const listed = notTested.map(({ what, why }) => `${what} (${why})`);
  return [
    {
      rule: 'not-tested',
      text: `Not tested: ${[...listed, `any model but ${models.map(({ ref }) => ref).join(', ')}`].join('; ')}.`,
      from: [...notTested.map((_, i) => `/notTested/${i}`), ...models.map((_, i) => `/models/${i}/ref`)],
    },
  ];
}

/** A share as text for people. */
export const percent = (share: number, digits = 0): string =>
  `${(100 * share).toFixed(digits)}%`.replace(/^-(0(?:\.0*)?%)$/, '$1');
