/**
 * What the list is narrowed down to, and the grammar of its box, which is that of the decisions:
 *
 *     level:error   release:agent@2.1.1   first_release:agent@2.1.0   environment:production   agent:vol-arb-1
 *     assignee:ana            assignee:none for what nobody has
 *     tag:pf.asset:BTC        a tag; without `tag:` when its name has a dot: pf.asset:BTC
 *     anything else           text in title, value, type or place; "in quotes" keeps spaces
 */
import { put } from '../address';
import { quoted, splitTerm, termsOf, unquoted, type Chip } from '../ui/terms';
import { LEVELS } from './shapes';

export const FIELDS = ['level', 'release', 'first_release', 'environment', 'agent', 'assignee'] as const;
export type Field = (typeof FIELDS)[number];

/** Named as in the address and in the hub's API. */
export interface Filter extends Record<Field, string | null> {
  /** `name:value` each. */
  tags: readonly string[];
  text: string | null;
}

export const NO_FILTER: Filter = {
  level: null,
  release: null,
  first_release: null,
  environment: null,
  agent: null,
  assignee: null,
  tags: [],
  text: null,
};

export const isFiltered = (filter: Filter): boolean => filter.text !== null || chipsOf(filter).length > 0;

export function readFilter(search: URLSearchParams): Filter {
  const fields = FIELDS.map((field) => [field, search.get(field) || null]);
  return {
    ...NO_FILTER,
    ...(Object.fromEntries(fields) as Record<Field, string | null>),
    tags: search.getAll('tag').filter((tag) => tag.indexOf(':') > 0),
    text: search.get('q') || null,
  };
}

export function writeFilter(search: URLSearchParams, filter: Filter): void {
  for (const field of FIELDS) put(search, field, filter[field]);
  put(search, 'q', filter.text);
  search.delete('tag');
  for (const tag of filter.tags) search.append('tag', tag);
}

export interface Read {
  filter: Filter;
  /** What is left for the free-text search. */
  text: string;
  problems: string[];
}

/** The filter after the terms of `input` were added; a field given anew replaces the old value. */
export function readTerms(filter: Filter, input: string): Read {
  const read: Read = { filter: { ...filter }, text: '', problems: [] };
  const words = termsOf(input).filter((term) => {
    const parts = splitTerm(term);
    return !parts || !readTerm(parts[0], parts[1], read);
  });
  read.text = words.map(unquoted).filter(Boolean).join(' ');
  read.filter.text = read.text || null;
  return read;
}

/** False when the key is no field, so that the term is text. */
function readTerm(key: string, value: string, { filter, problems }: Read): boolean {
  const field = FIELDS.find((each) => each === key);
  if (key === 'level' && !LEVELS.some((level) => level === value)) {
    problems.push(`level is ${LEVELS.slice(0, -1).join(', ')} or ${LEVELS.at(-1)}, not "${value}"`);
  } else if (field) {
    if (value) filter[field] = value;
    else problems.push(`${key}: needs a value`);
  } else if (key === 'tag' || key.includes('.')) {
    const tag = key === 'tag' ? value : `${key}:${value}`;
    const at = tag.indexOf(':');
    if (at < 1 || at === tag.length - 1) problems.push(`A tag is name:value, not "${tag}"`);
    else filter.tags = withTag(filter, tag).tags;
  } else return false;
  return true;
}

export const withTag = (filter: Filter, tag: string): Filter =>
  filter.tags.includes(tag) ? filter : { ...filter, tags: [...filter.tags, tag] };

/** The filter with a tag as events have it: those that are fields of their own here are filtered as such. */
export function withValue(filter: Filter, key: string, value: string): Filter {
  const field = FIELDS.find((each) => each === key);
  return field ? { ...filter, [field]: value } : withTag(filter, `${key}:${value}`);
}

/** Every part of the filter except the free text, which stays in the box. */
export function chipsOf(filter: Filter): Chip<Filter>[] {
  const fields = FIELDS.flatMap((field): Chip<Filter>[] => {
    const value = filter[field];
    if (value === null) return [];
    return [{ label: field, value, term: `${field}:${quoted(value)}`, without: { ...filter, [field]: null } }];
  });
  const tags = filter.tags.map((tag, index): Chip<Filter> => {
    const [key, ...rest] = tag.split(':');
    const value = rest.join(':');
    const term = `${key.includes('.') ? '' : 'tag:'}${key}:${quoted(value)}`;
    return { label: key, value, term, without: { ...filter, tags: filter.tags.toSpliced(index, 1) } };
  });
  return [...fields, ...tags];
}
