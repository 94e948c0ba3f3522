import { expect, it } from 'vitest';
import { readDataMining } from './index.ts';

const packet = (attributes: string, inside = ''): Uint8Array =>
  new TextEncoder().encode(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:p="http://ns.useplus.org/ldf/xmp/1.0/" ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  );
const URL = 'http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED';

it.each([
  ['an attribute', packet(`p:DataMining="${URL}"`)],
  ['a text', packet('', `<p:DataMining> ${URL} </p:DataMining>`)],
  ['a resource', packet('', `<p:DataMining rdf:resource="${URL}"/>`)],
])('reads the term from %s', (_, xmp) => expect(readDataMining(xmp)).toBe('DMI-PROHIBITED'));

it.each([
  ['no packet', undefined],
  ['another property', packet(`p:Credit="${URL}"`)],
  ['text after the property', packet('', `<p:DataMining></p:DataMining>${URL}`)],
  ['a broken packet', packet(`p:DataMining="${URL}"`).subarray(0, -9)],
])('finds nothing in %s', (_, xmp) => expect(readDataMining(xmp)).toBeUndefined());
