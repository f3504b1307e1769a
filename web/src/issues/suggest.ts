/** What the filter box offers while it is typed into. The grammar is in filter.ts. */
import { quoted, type Suggestion } from '../ui/terms';
import { LEVELS } from './shapes';

const FIELDS: readonly Omit<Suggestion, 'complete'>[] = [
  { term: 'level:', meaning: 'fatal, error, warning…' },
  { term: 'agent:', meaning: 'agent it happened to' },
  { term: 'release:', meaning: 'release it happened in' },
  { term: 'first_release:', meaning: 'release it was new in' },
  { term: 'environment:', meaning: 'e.g. production' },
  { term: 'assignee:', meaning: 'a person, or none' },
  { term: 'tag:', meaning: 'any tag, tag:name:value' },
];

/** Values that are known, by field. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** What could stand for the last term of `input`: values of the field begun, or fields. */
export function suggest(input: string, known: Known): Suggestion[] {
  const last = (/\S*$/.exec(input)?.[0] ?? '').toLowerCase();
  const [field, ...rest] = last.split(':');
  if (rest.length > 0) {
    const begun = rest.join(':');
    const values: readonly string[] = field === 'level' ? LEVELS : (known[field] ?? []);
    return values
      .filter((value) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
      .slice(0, 8)
      .map((value) => ({ term: `${field}:${quoted(value)}`, meaning: '', complete: true }));
  }
  return FIELDS.filter(({ term }) => term.startsWith(last)).map((each) => ({ ...each, complete: false }));
}
