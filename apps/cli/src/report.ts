// What `photoguard immunize` says at the end: one JSON document, or lines for people.

/** One model's losses: L2 norm of (posterior mean - target latent) at the model's size. */
export interface ModelReport {
  readonly ref: string;
  readonly lossOriginal: number;
  /** Of the file as written, read back. */
  readonly lossImmunized: number;
  /** Of a control: random noise of the same norm and eps. */
  readonly lossNoise: number;
}

/** One photo that was immunized. */
export interface PhotoReport {
  readonly input: string;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly modelSize: readonly [width: number, height: number];
  readonly attack: 'encoder';
  readonly recipe: string;
  readonly norm: string;
  /** Bound in levels of 255 (linf), or 255 times the L2 bound. */
  readonly eps255: number;
  readonly linf255: number;
  readonly l2: number;
  readonly psnr: number;
  readonly ssim: number;
  readonly seed: number;
  readonly gradients: number;
  readonly seconds: number;
  readonly peakRssMB: number;
  readonly metadataKept: readonly string[];
  readonly notes: readonly string[];
  readonly models: readonly ModelReport[];
}

/** One photo that failed. */
export interface FailureReport {
  readonly input: string;
  readonly code: string;
  readonly message: string;
}

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)}%`;

/** Lines for people: what was done to the photo, and what it did to each model. */
export function describe(report: PhotoReport): string {
  const { output, psnr, ssim, linf255, gradients, seconds, modelSize, models } = report;
  const lines = [
    `${output}  ${report.width}x${report.height}, ${gradients} gradients at ${modelSize[0]}x${modelSize[1]} in ${seconds.toFixed(1)} s`,
    `  change   at most ${linf255} of 255 levels, PSNR ${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}`,
    ...models.map(
      ({ ref, lossOriginal, lossImmunized, lossNoise }) =>
        `  ${ref.padEnd(8)} distance to the target ${lossOriginal.toFixed(1)} -> ${lossImmunized.toFixed(1)} ` +
        `(${percent(lossImmunized, lossOriginal)}; random noise of that size: ${percent(lossNoise, lossOriginal)})`,
    ),
    ...(report.metadataKept.length ? [`  kept     ${report.metadataKept.join(', ')}`] : []),
    ...report.notes.map((note) => `  note     ${note}`),
  ];
  return lines.join('\n');
}
