import { describe, expect, it } from 'vitest';
import { parseArms } from './arms.ts';

const listNames = (text: string): string[] => parseArms(text).map(({ name }) => name);

describe('parseArms', () => {
  it('puts the noise arm in front where nobody asked for it, and the clean one before all', () => {
    expect(listNames('encoder')).toEqual(['noise', 'encoder']);
    expect(listNames('encoder, noise, clean')).toEqual(['clean', 'encoder', 'noise']);
  });

  it('reads options after colons, so that an attack can stand beside a variant of itself', () => {
    const [, plain, tuned] = parseArms('diffusion, diffusion:steps=40:edit-steps=2:guidance=1.5:target=grey');
    expect(plain).toEqual({ name: 'diffusion', kind: 'diffusion', settings: {} });
    expect(tuned).toMatchObject({ settings: { steps: 40, editSteps: 2, guidance: 1.5, target: 'grey' } });
  });

  it('reads values with separators in quotes', () => {
    const [, arm] = parseArms('encoder:through="none; jpeg:60..95":steps=4');
    expect(arm).toMatchObject({ settings: { through: 'none; jpeg:60..95', steps: 4 } });
  });

  it.each([
    ['glaze', /no such arm \(got glaze\); known: clean, noise, encoder, diffusion, advdm, mist, sds, diffusionguard/],
    ['constructor', /no such arm \(got constructor\)/],
    ['noise:steps=2', /noise takes none/],
    ['encoder:last=2', /encoder takes recipe, target, steps/],
    ['encoder:target=sideways', /target is one of grey, zero, noise, away \(got sideways\)/],
    ['diffusion:steps=1.5', /steps is a whole number from 1 to 100000 \(got 1.5\)/],
    ['diffusion:steps', /steps is a whole number/],
    ['encoder,encoder', /named twice/],
  ])('refuses %s', (text, message) => {
    expect(() => parseArms(text)).toThrow(message);
  });
});
