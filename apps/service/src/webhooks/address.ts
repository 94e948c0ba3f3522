// Where a webhook may go. Whoever may make one could otherwise have the service send requests into the network that it stands
// in. So an address must be public; and since a name may mean another address a moment later, the one that was checked is the
// one that is connected to.
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { PhotoGuardError } from 'photoguard/errors';

/** Which addresses webhooks may have: public ones by https, or any. */
export const REACHES = ['public', 'any'] as const;

/** One of them. */
export type Reach = (typeof REACHES)[number];

/** Whether an IP address is one of the internet: not private, of this machine, of this link, or reserved in another way. */
export const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';

/**
 * Reads the address of a webhook.
 * @throws PhotoGuardError `input` if it is none, or not one where webhooks may go
 */
export function parseWebhookUrl(text: string, reach: Reach): URL {
  const refuse = (what: string): never => {
    throw new PhotoGuardError('input', `url: ${what}`, { hint: 'give an address such as https://example.org/hook' });
  };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return refuse('not an address of the web');
  if (url.username !== '' || url.password !== '') return refuse('it may not have a name or password in it');
  if (reach === 'any') return url;
  if (url.protocol !== 'https:') return refuse('it must begin with https');
  const host = hostOf(url);
  if (isIP(host) !== 0 ? !isPublic(host) : /(^|\.)localhost\.?$/.test(host)) return refuse('it is not public');
  return url;
}

/** The host of an address; an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** Finds the addresses of a name, as `lookup` of `dns` does, and fails if one of them is not public. */
export const lookupPublic: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    if (found.length === 0 || !found.every(({ address }) => isPublic(address)))
      return callback(new Error('its address is not public'), []);
    if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });
};
