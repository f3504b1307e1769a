/**
 * The grammar of the filter box. Terms are separated by spaces:
 *
 *     agent:vol-arb-1   asset:BTC   status:error   name:pf.trade.execute   min:500ms   outcome:failed
 *     pf.order.state:filled      an attribute of any span in the trace; its key has a dot
 *     attr:retries:2             an attribute whose key has none
 *     result:side:sell           something was earned, paid or ordered that Performance counts in this group
 *     anything else              free text; "in quotes" keeps spaces, also in values: agent:"my agent"
 *
 * `min` also reads `duration:>500ms`. A value that a field cannot have is a problem with words, not a silent no-match.
 */
import { OUTCOMES, type Outcome } from '../api/types';
import { quoted, splitTerm, termsOf, unquoted, type Chip as ChipOf } from '../ui/terms';

export interface AttributeFilter {
  key: string;
  value: string;
}

export interface Filter {
  agent: string | null;
  asset: string | null;
  status: string | null;
  name: string | null;
  /** Milliseconds, as text: the address may hold anything, and the hub says what is wrong with it. */
  minDurationMs: string | null;
  attributes: AttributeFilter[];
  /** A group of results, `by:key` as the hub takes it. */
  result: string | null;
  text: string | null;
}

export const NO_FILTER: Filter = {
  agent: null,
  asset: null,
  status: null,
  name: null,
  minDurationMs: null,
  attributes: [],
  result: null,
  text: null,
};

/** What the text of the box says, to be laid over the filter in force. */
export interface Parsed {
  fields: Partial<Omit<Filter, 'attributes' | 'text'>>;
  attributes: AttributeFilter[];
  outcome: Outcome | null;
  /** What is left for the free-text search. */
  text: string;
  problems: string[];
}

export const STATUSES = ['error', 'ok', 'unset'] as const;
const isOneOf = <T extends string>(choices: readonly T[], value: string): value is T =>
  choices.some((each) => each === value);

/** `500ms`, `2s`, `1.5m` or plain milliseconds, as milliseconds; null when it is no duration. */
export function parseMilliseconds(text: string): number | null {
  const match = /^>?=?\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m)?$/.exec(text);
  if (!match) return null;
  const factor = { us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 60e3 }[match[2] ?? 'ms'] ?? 1;
  return Number((Number(match[1]) * factor).toPrecision(12));
}

export function parseFilter(input: string): Parsed {
  const parsed: Parsed = { fields: {}, attributes: [], outcome: null, text: '', problems: [] };
  const words: string[] = [];
  for (const term of termsOf(input)) {
    const parts = splitTerm(term);
    if (!parts || !readField(parts[0], parts[1], parsed)) words.push(unquoted(term));
  }
  parsed.text = words.filter(Boolean).join(' ');
  return parsed;
}

/** Puts a `key:value` term where it belongs; false when the key is no field, so that the term is text. */
function readField(key: string, value: string, into: Parsed): boolean {
  const { fields, problems } = into;
  if (key === 'attr') return readAttribute(value, into);
  if (key.includes('.')) return readAttribute(`${key}:${value}`, into);
  switch (key) {
    case 'agent':
    case 'asset':
    case 'name':
    case 'result':
      if (value) fields[key] = value;
      else problems.push(`${key}: needs a value`);
      return true;
    case 'status':
      if (isOneOf(STATUSES, value)) fields.status = value;
      else problems.push(`status is ${listed(STATUSES)}, not "${value}"`);
      return true;
    case 'outcome':
      if (isOneOf(OUTCOMES, value)) into.outcome = value;
      else problems.push(`outcome is ${listed(OUTCOMES)}, not "${value}"`);
      return true;
    case 'min':
    case 'duration': {
      const ms = parseMilliseconds(value);
      if (ms === null) problems.push(`${key} takes a duration such as 500ms or 2s, not "${value}"`);
      else fields.minDurationMs = String(ms);
      return true;
    }
    default:
      return false;
  }
}

function readAttribute(term: string, into: Parsed): boolean {
  const at = term.indexOf(':');
  if (at > 0 && at < term.length - 1) into.attributes.push({ key: term.slice(0, at), value: term.slice(at + 1) });
  else into.problems.push(`An attribute filter is key:value, not "${term}"`);
  return true;
}

const listed = (choices: readonly string[]): string => `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;

/** The filter after the box's terms were added; a field given anew replaces the old value. */
export function addTerms(filter: Filter, parsed: Parsed): Filter {
  const attributes = [...filter.attributes];
  for (const added of parsed.attributes) {
    if (!attributes.some((each) => each.key === added.key && each.value === added.value)) attributes.push(added);
  }
  return { ...filter, ...parsed.fields, attributes, text: parsed.text || null };
}

/** `btc` as it is written among `known`, `BTC`; as typed when nothing known differs only in case. */
export function asKnown(value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  return known.find((each) => each.toLowerCase() === value.toLowerCase()) ?? value;
}

export type Chip = ChipOf<Filter>;

/** Every part of the filter except the free text, which stays in the box. */
export function chipsOf(filter: Filter): Chip[] {
  const chips: Chip[] = [];
  const add = (label: string, key: keyof Filter, value: string | null, shown = value): void => {
    if (value !== null)
      chips.push({
        label,
        value: shown ?? '',
        term: `${label}:${quoted(shown ?? '')}`,
        without: { ...filter, [key]: null },
      });
  };
  add('agent', 'agent', filter.agent);
  add('asset', 'asset', filter.asset);
  add('status', 'status', filter.status);
  add('min', 'minDurationMs', filter.minDurationMs, filter.minDurationMs && readableMs(filter.minDurationMs));
  add('name', 'name', filter.name);
  add('result', 'result', filter.result);
  filter.attributes.forEach(({ key, value }, index) => {
    const prefix = key.includes('.') ? '' : 'attr:';
    const without = { ...filter, attributes: filter.attributes.toSpliced(index, 1) };
    chips.push({ label: key, value, term: `${prefix}${key}:${quoted(value)}`, without });
  });
  return chips;
}

/** `500` → `500ms`, `2500` → `2.5s`; anything that is no number stays as it is. */
function readableMs(text: string): string {
  const ms = Number(text);
  if (!Number.isFinite(ms) || text.trim() === '') return text;
  return ms >= 1000 ? `${ms / 1000}s` : `${ms}ms`;
}

export const isFiltered = (filter: Filter): boolean => filter.text !== null || chipsOf(filter).length > 0;
