/**
 * Find in trace, in the grammar of the list's filter box: `trade status:error pf.asset:ETH min:500ms`. Fields and
 * attributes match exactly, words anywhere in a span's texts, and all of them must match.
 */
import type { Filter, Parsed } from '../decisions/filter';
import { parseFilter } from '../decisions/filter';
import type { Span } from '../api/types';
import { eventWord } from './eventWords';
import { spanFacts } from './spanFacts';
import { plainText } from './value';

export type Query = Pick<Parsed, 'fields' | 'attributes' | 'outcome'> & {
  /** In lower case. */
  words: string[];
};

/** null when nothing is looked for. */
export function parseFind(text: string): Query | null {
  const { fields, attributes, outcome, text: rest } = parseFilter(text);
  const words = rest.toLowerCase().split(/\s+/).filter(Boolean);
  const empty = words.length + attributes.length + Object.keys(fields).length === 0 && outcome === null;
  return empty ? null : { fields, attributes, outcome, words };
}

export function matchesSpan(span: Span, { fields, attributes, outcome, words }: Query): boolean {
  return (
    matchesFields(span, fields) &&
    attributes.every(({ key, value }) => holdsAttribute(span, key, value)) &&
    (outcome === null || spanFacts(span).outcome === outcome) &&
    words.every((word) => holdsWord(span, word))
  );
}

function matchesFields(span: Span, { agent, asset, status, name, minDurationMs, result }: Partial<Filter>): boolean {
  return (
    result == null && // what counts as a result is known of a trace, not of a span
    (agent == null || same(span.agent, agent)) &&
    (asset == null || holdsAttribute(span, 'pf.asset', asset)) &&
    (status == null || span.status === status) &&
    (name == null || same(span.name, name)) &&
    (minDurationMs == null || span.duration_ns >= Number(minDurationMs) * 1e6)
  );
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const holdsAttribute = (span: Span, key: string, value: string): boolean =>
  span.attributes.some((attribute) => attribute.key === key && same(plainText(attribute.value), value));

function holdsWord(span: Span, word: string): boolean {
  const holds = (text: string): boolean => text.toLowerCase().includes(word);
  return (
    [span.name, span.agent, span.service, span.status_message, span.span_id].some(holds) ||
    span.events.some((event) => holds(event.name) || holds(eventWord(event.name))) ||
    span.attributes.some((attribute) => holds(plainText(attribute.value)))
  );
}
