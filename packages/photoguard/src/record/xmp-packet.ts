// Where our property is in an XMP packet, or where it belongs. The packet is scanned by an XML parser that reports
// positions in the text (saxes), so that a change is a cut and an insertion: every other byte stays the same, which
// parsing and rewriting RDF could not promise.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { attributeRange, type Range } from '../image/index.ts';

/** Our namespace. */
export const NAMESPACE = 'urn:photoguard:xmp:1.0/';
/** Our property; its value is the record's text. */
export const PROPERTY = 'Record';
/** RDF's namespace. */
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** The result of a scan. */
export interface Scan {
  /** Values of our property, in the order of the text. */
  readonly values: readonly string[];
  /** Ranges to cut out to remove our properties, in the order of the text. */
  readonly ours: readonly Range[];
  /** The tag that closes rdf:RDF, or its only tag if it is empty (`selfClosing`); absent in XML that is not XMP. */
  readonly rdf?: Range & { readonly selfClosing: boolean };
  /** rdf:about of the first description: all descriptions of a packet have the same. */
  readonly about: string;
}

/** A description that contains only our properties is removed as a whole. */
interface Description {
  readonly start: number;
  readonly depth: number;
  foreign: boolean;
  readonly ours: Range[];
}

/** Scans a packet. @throws Error if it is not well-formed XML */
export function scanPacket(text: string): Scan {
  const values: string[] = [];
  const ours: Range[] = [];
  const state: { rdf?: Scan['rdf']; about?: string } = {};
  let depth = 0;
  let description: Description | undefined;
  let property: { start: number; depth: number; value: string } | undefined;
  const parser = new SaxesParser({ xmlns: true, position: true });
  // Attribute values hold no `<`, so the last one before the end of a tag is its start.
  const tagRange = (): Range => ({ start: text.lastIndexOf('<', parser.position - 1), end: parser.position });
  const isOurs = ({ uri, local }: { uri: string; local: string }): boolean => uri === NAMESPACE && local === PROPERTY;

  parser.on('opentag', (tag: SaxesTagNS) => {
    depth++;
    const range = tagRange();
    if (property) return;
    if (isOurs(tag)) property = { start: range.start, depth, value: '' };
    else if (tag.uri === RDF && tag.local === 'Description' && !description) {
      description = { start: range.start, depth, foreign: false, ours: [] };
      for (const attribute of Object.values(tag.attributes)) {
        if (attribute.local === 'about' && (attribute.uri === RDF || attribute.uri === ''))
          state.about ??= attribute.value;
        else if (isOurs(attribute)) {
          values.push(attribute.value);
          description.ours.push(attributeRange(text, range, attribute.name));
        } else if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns') description.foreign = true;
      }
    } else if (description) description.foreign = true;
  });
  const take = (more: string): void => {
    if (property) property.value += more;
    else if (description && more.trim() !== '') description.foreign = true;
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('comment', () => {
    if (description) description.foreign = true;
  });
  parser.on('closetag', (tag: SaxesTagNS) => {
    const range = tagRange();
    if (property?.depth === depth) {
      values.push(property.value);
      (description?.ours ?? ours).push({ start: property.start, end: range.end });
      property = undefined;
    } else if (description?.depth === depth) {
      const { foreign, start } = description;
      if (!foreign && description.ours.length > 0) ours.push({ start, end: range.end });
      else ours.push(...description.ours);
      description = undefined;
    }
    if (tag.uri === RDF && tag.local === 'RDF' && !property) state.rdf ??= { ...range, selfClosing: tag.isSelfClosing };
    depth--;
  });
  parser.write(text).close();
  return { values, ours, about: state.about ?? '', rdf: state.rdf };
}
