import { describe, expect, it } from 'vitest';
import { RECORD } from '../record/testing/record.ts';
import type { AuditFigures, PurifiedAudit } from './audit-report.ts';
import { deviation, editsOutcome, mean, type Outcome, plainOutcome, purifiedOutcome, THRESHOLDS } from './rules.ts';
import { percent, writeVerdict } from './verdict.ts';

const found = (advantage: number, noiseSpread = 0.001) => ({ advantage, noiseSpread });

describe('rules', () => {
  it.each([
    [0.05, 0, 'protected'], // the threshold itself counts
    [0.0499, 0, 'unprotected'],
    [0.2, 0.07, 'unprotected'], // three spreads are 0.21
    [0.22, 0.07, 'protected'],
    [-0.4, 0, 'unprotected'],
    [Number.NaN, 0, 'unprotected'],
  ] as const)('without a purifier: advantage %f with spread %f is %s', (advantage, spread, outcome) => {
    expect(plainOutcome(found(advantage, spread), THRESHOLDS)).toBe(outcome);
  });

  it.each([
    [0.2, 0.4, 'holds'], // half is enough
    [0.19, 0.4, 'weakened'],
    [0.04, 0.4, 'lost'],
    [0.06, 0.06, 'holds'],
    [0.3, 0.01, 'unprotected'], // nothing was there to lose
  ] as const)('after a purifier: %f of %f is %s', (left, before, outcome) => {
    expect(purifiedOutcome(found(left), found(before), THRESHOLDS)).toBe(outcome);
  });

  it('calls edits disturbed only where every seed agrees, and by enough', () => {
    const seeds = (...pairs: [immunized: number, noise: number][]) =>
      pairs.map(([immunized, noise]) => ({ immunized, noise }));
    expect(editsOutcome(seeds([0.5, 0.8], [0.6, 0.7]), THRESHOLDS)).toBe('disturbed');
    expect(editsOutcome(seeds([0.1, 0.8], [0.71, 0.7]), THRESHOLDS)).toBe('not disturbed');
    expect(editsOutcome(seeds([0.66, 0.7], [0.65, 0.69]), THRESHOLDS)).toBe('not disturbed');
  });

  it('take the deviation of a sample', () => {
    expect([mean([1, 2, 6]), deviation([2, 4, 4, 4, 5, 5, 7, 9]), deviation([3])]).toEqual([3, Math.sqrt(32 / 7), 0]);
  });
});

const placed = (effect: number) => ({ toTarget: 50, moved: 20, effect });
const after = (purifier: string, advantage: number, outcome: Outcome): PurifiedAudit => ({
  ...{ purifier, cleanToTarget: 100, immunized: placed(advantage + 0.1), noise: [placed(0.09), placed(0.11)] },
  ...{ noiseMean: 0.1, noiseSpread: 0.01, advantage, outcome },
});
const FIGURES: AuditFigures = {
  tool: 'photoguard audit',
  photo: { width: 512, height: 640, sha256: 'cd'.repeat(32) },
  record: RECORD,
  clean: { kind: 'original', sha256: RECORD.original, matchesRecord: true },
  change: { linf255: 16 },
  noise: { kind: 'shuffled', seed: 0, draws: 2, l2: [10, 10] },
  thresholds: THRESHOLDS,
  models: [
    {
      ...{ ref: 'taesd', identity: RECORD.models[0]!, recorded: true, size: [408, 512], target: 'grey' },
      measure: 'target',
      purifiers: [
        after('none', 0.4, 'protected'),
        after('jpeg:90', 0.3, 'holds'),
        after('blur:1', 0.1, 'weakened'),
        after('jpeg:50', 0.01, 'lost'),
        after('webp:80', 0.2, 'holds'),
      ],
    },
  ],
  edits: [
    {
      ...{ editor: 'sd15', prompt: 'x', strength: 0.7, steps: 20, guidance: 7.5, size: [512, 512] },
      purifiers: [
        {
          ...{ purifier: 'none', immunized: 0.41, noise: 0.83, outcome: 'disturbed' },
          seeds: [{ seed: 0, immunized: 0.41, noise: 0.83 }],
        },
      ],
    },
  ],
  notTested: [{ what: 'taesd3', why: 'it is not in the cache' }],
};
const joinVerdict = (figures: AuditFigures): string =>
  writeVerdict(figures)
    .map(({ text }) => text)
    .join('\n');

describe('writeVerdict', () => {
  it('says what is protected, what it holds against, what it is lost after, and what was not tested', () => {
    expect(joinVerdict(FIGURES).split('\n')).toEqual([
      "Protected against taesd: the model sees it 50% of the way to the attack's target; random noise of that size gets 10% (2 draws, spread 1.0%).",
      'Against taesd it holds after jpeg:90 (75% left), webp:80 (50% left).',
      'Against taesd it is weakened by blur:1 (25% left).',
      'Against taesd it is lost after jpeg:50 (3% left).',
      'Edits by sd15 come out different: SSIM with the edits of the clean photo 0.41, with random noise 0.83 (1 seed).',
      'Its record says: encoder attack, recipe fast, at most 16 of 255 levels, against madebyollin/taesd, own <&> "model".',
      'The original given is the photo that the record names.',
      'No value differs from the original by more than 16 of 255 levels, within the 16 of the record.',
      'Not tested: taesd3 (it is not in the cache); any model but taesd.',
    ]);
  });

  it('says before all else that the original is not the one that the record names', () => {
    const [first] = writeVerdict({
      ...FIGURES,
      clean: { kind: 'original', sha256: 'ef'.repeat(32), matchesRecord: false },
    });
    expect(first).toMatchObject({ rule: 'original-differs', text: expect.stringContaining('is not the photo') });
  });

  it('names for every sentence figures that are in the report, and a rule', () => {
    const report = JSON.parse(JSON.stringify(FIGURES)) as unknown;
    for (const { from, rule, text } of writeVerdict(FIGURES)) {
      expect(rule).toMatch(/^[a-z-]+$/);
      expect(from.length, text).toBeGreaterThan(0);
      for (const pointer of from) expect(at(report, pointer), `${pointer} of "${text}"`).toBeDefined();
    }
  });

  it('takes each sentence from the figures that it is about', () => {
    const sources = (figures: AuditFigures): Record<string, readonly string[]> =>
      Object.fromEntries(writeVerdict(figures).map(({ rule, from }) => [rule, from]));
    const at = (p: number, ...keys: string[]) => keys.map((key) => `/models/0/purifiers/${p}/${key}`);
    const kept = ['advantage', 'noiseSpread', 'outcome'];
    const models = [{ ...FIGURES.models[0]!, size: [128, 160] as const }];
    expect(sources({ ...FIGURES, models })).toEqual({
      protected: at(0, 'immunized/effect', 'noiseMean', 'noiseSpread', 'outcome'),
      holds: [...at(1, ...kept), ...at(4, ...kept)],
      weakened: at(2, ...kept),
      lost: at(3, ...kept),
      'coarse-view': ['/photo/width', '/models/0/size', '/thresholds/coarse'],
      'edits-disturbed': ['immunized', 'noise', 'seeds', 'outcome'].map((key) => `/edits/0/purifiers/0/${key}`),
      record: ['/record'],
      'original-matches': ['/clean/matchesRecord', '/clean/sha256', '/record/original'],
      'within-bound': ['/change/linf255', '/record/eps255'],
      'not-tested': ['/notTested/0', '/models/0/ref'],
    });
    const estimated = { kind: 'estimate' as const, purifier: 'jpeg:75' };
    expect(sources({ ...FIGURES, record: null, clean: estimated })).toMatchObject({
      'no-record': ['/record'],
      estimate: ['/clean/kind', '/clean/purifier'],
    });
    expect(sources({ ...FIGURES, record: null, recordProblem: 'x' })).toMatchObject({
      'record-damaged': ['/recordProblem'],
    });
    expect(sources({ ...FIGURES, change: { linf255: 17 } })).toHaveProperty('beyond-bound');
  });

  it('says nothing of what is not there', () => {
    const rules = (changes: Partial<AuditFigures>): string[] =>
      writeVerdict({ ...FIGURES, ...changes }).map(({ rule }) => rule);
    const [model, edits] = [FIGURES.models[0]!, FIGURES.edits[0]!];
    const coarse = { ...model, size: [128, 160] as const };
    const plain = { ...model.purifiers[0]!, outcome: 'unprotected' as const };
    const open = { ...coarse, purifiers: [plain, ...model.purifiers.slice(1)] };
    expect(rules({ models: [open] }).slice(0, 2)).toEqual(['unprotected', 'edits-disturbed']);
    const bare = { ...model, purifiers: model.purifiers.slice(0, 1) };
    expect(rules({ models: [bare] }).slice(0, 2)).toEqual(['protected', 'edits-disturbed']);
    for (const change of [null, { linf255: null }] as AuditFigures['change'][])
      expect(rules({ change })).not.toContainEqual(expect.stringMatching(/bound/));
    const unknown = { kind: 'original', sha256: 'ef'.repeat(32) } as AuditFigures['clean'];
    expect(rules({ clean: unknown })).not.toContainEqual(expect.stringMatching(/original/));
    const alike = { ...edits.purifiers[0]!, outcome: 'not disturbed' as const };
    expect(rules({ edits: [{ ...edits, purifiers: [alike] }] })).toContain('edits-not-disturbed');
  });

  it('speaks of an L2 bound, of one seed or several, and of a view twice as coarse', () => {
    const l2 = { ...RECORD, norm: 'l2' as const, eps255: 2040 };
    expect(joinVerdict({ ...FIGURES, record: l2 })).toMatch(/fast, an L2 norm of at most 2040 levels, against/);
    const edits = FIGURES.edits[0]!;
    const one = edits.purifiers[0]!;
    const twice = { ...one, seeds: [one.seeds[0]!, one.seeds[0]!] };
    expect(joinVerdict({ ...FIGURES, edits: [{ ...edits, purifiers: [twice] }] })).toMatch(/noise 0\.83 \(2 seeds\)/);
    const models = [{ ...FIGURES.models[0]!, size: [256, 320] as const }];
    expect(joinVerdict({ ...FIGURES, models })).toMatch(/2\.0 times smaller/);
  });

  it('never says minus zero', () => {
    const shares = [percent(-0.001), percent(-0.00001, 1), percent(-0.000001, 2), percent(-0.101), percent(0.5)];
    expect(shares).toEqual(['0%', '0.0%', '0.00%', '-10%', '50%']);
  });

  it('says of a photo that is not protected just that, with the same figures', () => {
    const model = FIGURES.models[0]!;
    const models = [
      { ...model, purifiers: model.purifiers.map((one) => ({ ...one, outcome: 'unprotected' as const })) },
    ];
    const text = joinVerdict({ ...FIGURES, models });
    expect(text).toMatch(/^Not protected against taesd: /);
    expect(text).not.toMatch(/holds|weakened|lost/);
  });

  it('says where a model sees so coarsely that purifiers of pixels do little', () => {
    const sized = (size: readonly [number, number]): string =>
      joinVerdict({ ...FIGURES, models: [{ ...FIGURES.models[0]!, size }] });
    expect(sized([257, 321])).not.toMatch(/times smaller/);
    expect(sized([128, 160])).toMatch(/taesd sees the photo at 128x160, 4.0 times smaller/);
  });

  it('tells movement from the way to a target', () => {
    const models = [{ ...FIGURES.models[0]!, measure: 'moved' as const }];
    expect(joinVerdict({ ...FIGURES, models })).toMatch(/view of it moved by 50% of its distance to plain grey/);
  });

  it('says that an estimate is one, and nothing of a change that is not known', () => {
    const { record: _, ...rest } = FIGURES;
    const clean = { kind: 'estimate' as const, purifier: 'jpeg:75' };
    const text = joinVerdict({ ...rest, record: null, clean, change: null });
    expect(text).toContain('against an estimate of it, the photo itself after jpeg:75');
    expect(text).toContain('has no record');
    expect(text).not.toMatch(/levels|names/);
  });

  it('tells of another original, of a change beyond the bound, of a damaged record, of edits that are alike', () => {
    const clean = { ...FIGURES.clean, matchesRecord: false } as AuditFigures['clean'];
    expect(joinVerdict({ ...FIGURES, clean })).toMatch(/is not the photo that the record names/);
    expect(joinVerdict({ ...FIGURES, change: { linf255: 21 } })).toMatch(/up to 21 of 255 levels, more than the 16/);
    expect(joinVerdict({ ...FIGURES, record: null, recordProblem: 'it is not JSON' })).toMatch(
      /About its record: it is not JSON/,
    );
    const same = { purifier: 'jpeg:50', seeds: [], immunized: 0.8, noise: 0.8, outcome: 'not disturbed' as const };
    const edits = [{ ...FIGURES.edits[0]!, purifiers: [same] }];
    expect(joinVerdict({ ...FIGURES, edits })).toMatch(
      /Edits by sd15 after jpeg:50 do not come out different beyond noise/,
    );
  });
});

/** What a JSON pointer leads to. */
const at = (document: unknown, pointer: string): unknown =>
  pointer
    .slice(1)
    .split('/')
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
