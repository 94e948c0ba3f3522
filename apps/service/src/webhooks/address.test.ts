// Where webhooks may not go: every way to write an address of this machine, of a private network, or of no network at all.
import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isPublic, lookupPublic, parseWebhookUrl } from './address.ts';

const dns = vi.hoisted(() => ({ answers: [] as { address: string; family: number }[][], asked: 0 }));
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (_: string, __: object, callback: (error: null, found: LookupAddress[]) => void) =>
    callback(null, dns.answers[Math.min(dns.asked++, dns.answers.length - 1)]!),
}));
afterEach(() => {
  dns.asked = 0;
});

describe('an address', () => {
  it.each([
    ['http://example.org/hook', 'https'],
    ['ftp://example.org', 'not an address'],
    ['file:///etc/passwd', 'not an address'],
    ['hook', 'not an address'],
    ['', 'not an address'],
    ['https://user:password@example.org', 'name or password'],
    ['https://localhost/', 'not public'],
    ['https://a.localhost./', 'not public'],
    ['https://127.0.0.1/', 'not public'],
    ['https://2130706433/', 'not public'],
    ['https://0x7f.1/', 'not public'],
    ['https://0/', 'not public'],
    ['https://10.0.0.1/', 'not public'],
    ['https://172.16.0.1/', 'not public'],
    ['https://192.168.1.1/', 'not public'],
    ['https://169.254.169.254/latest/meta-data', 'not public'],
    ['https://100.64.0.1/', 'not public'],
    ['https://224.0.0.1/', 'not public'],
    ['https://[::1]/', 'not public'],
    ['https://[::]/', 'not public'],
    ['https://[::ffff:127.0.0.1]/', 'not public'],
    ['https://[64:ff9b::7f00:1]/', 'not public'],
    ['https://[2002:7f00:1::]/', 'not public'],
    ['https://[fe80::1]/', 'not public'],
    ['https://[fd00::1]/', 'not public'],
  ])('%j is refused', (text, why) => {
    expect(() => parseWebhookUrl(text, 'public')).toThrow(why);
  });

  it.each(['https://example.org/hook?a=b', 'https://93.184.215.14:8443/', 'https://[2606:4700::1111]/'])(
    '%s is taken',
    (text) => {
      expect(parseWebhookUrl(text, 'public').href).toBe(text);
    },
  );

  it('may be any where the operator says so', () => {
    expect(parseWebhookUrl('http://localhost:8080/', 'any').port).toBe('8080');
    expect(() => parseWebhookUrl('ftp://localhost', 'any')).toThrow('not an address');
  });
});

describe('a name', () => {
  const lookUp = (all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) =>
      lookupPublic('rebound.example', { all }, (error, found) => (error ? reject(error) : resolve(found))),
    );
  const outside = { address: '93.184.215.14', family: 4 };
  const inside = { address: '127.0.0.1', family: 4 };

  it('gives the addresses that were checked, asking once', async () => {
    dns.answers = [[outside], [inside]];
    expect(await lookUp(true)).toEqual([outside]);
    expect(dns.asked).toBe(1);
    dns.asked = 0;
    expect(await lookUp(false)).toBe(outside.address);
  });

  it.each([
    ['one of this machine', [inside]],
    ['a public and a private one', [outside, { address: '10.1.2.3', family: 4 }]],
    ['none', []],
  ])('that has %s is refused', async (_, found) => {
    dns.answers = [found];
    await expect(lookUp(true)).rejects.toThrow('not public');
    await expect(lookUp(false)).rejects.toThrow('not public');
  });

  it('is checked by address', () => {
    expect(['8.8.8.8', '2606:4700::1111'].map(isPublic)).toEqual([true, true]);
    expect(['127.9.9.9', '::ffff:10.0.0.1', '198.18.0.1', '240.0.0.1'].map(isPublic)).toEqual(Array(4).fill(false));
  });
});
