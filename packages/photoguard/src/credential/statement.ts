// What a credential of PhotoGuard says: the definition of its manifest, as c2pa-rs takes it.

/** The soft binding's algorithm: PDQ of the whole photo, 32 bytes in base64. It is not in C2PA's list of algorithms yet. */
export const SOFT_BINDING = 'org.photoguard.pdq';

/** Uses of a photo that are forbidden. No entry says editing; inference is what an editor does. */
const FORBIDDEN = ['ai_inference', 'ai_generative_training', 'ai_training', 'data_mining'] as const;

/** Labels of the training-and-data-mining assertion, CAWG's first; some programs know only C2PA's older one. */
export const MINING_LABELS = ['cawg.training-mining', 'c2pa.training-mining'] as const;

/** The manifest of a photo. @param pdq 32 bytes */
export function manifestOf(pdq: Uint8Array, program: { readonly name: string; readonly version: string }): string {
  const entries = (prefix: string) =>
    Object.fromEntries(FORBIDDEN.map((use) => [`${prefix}.${use}`, { use: 'notAllowed' }]));
  return JSON.stringify({
    claim_generator_info: [program],
    assertions: [
      ...MINING_LABELS.map((label) => ({ label, data: { entries: entries(label.split('.')[0]!) } })),
      {
        label: 'c2pa.soft-binding',
        data: { alg: SOFT_BINDING, blocks: [{ scope: {}, value: Buffer.from(pdq).toString('base64') }] },
      },
    ],
  });
}
