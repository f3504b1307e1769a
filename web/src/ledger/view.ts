/** The view that the address of a ledger's page describes, in both directions. */
import { put, withSearch } from '../address';
import type { Zone } from '../time';
import { writeZone } from '../zone';

export const KINDS = ['intent', 'outcome', 'resolution', 'observe', 'key', 'redact'] as const;
export type Kind = (typeof KINDS)[number];

export interface Filter {
  kind: Kind | null;
  op: string | null;
  order: string | null;
  trace: string | null;
}

export interface View {
  filter: Filter;
  /** Only entries before this place: a page of older ones. */
  before: number | null;
  /** The entry that is open. */
  entry: number | null;
}

export const NO_FILTER: Filter = { kind: null, op: null, order: null, trace: null };
export const PAGE = 100;

function placeIn(search: URLSearchParams, name: string): number | null {
  const text = search.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function readLedgerView(search: URLSearchParams): View {
  const kind = KINDS.find((each) => each === search.get('kind')) ?? null;
  const text = (name: string): string | null => search.get(name)?.trim() || null;
  return { filter: { kind, op: text('op'), order: text('order'), trace: text('trace') }, before: placeIn(search, 'before'), entry: placeIn(search, 'entry') };
}

/** A filter is looked for from the newest entry on. */
export function writeFilter(search: URLSearchParams, filter: Filter): void {
  for (const name of ['kind', 'op', 'order', 'trace'] as const) put(search, name, filter[name]);
  search.delete('before');
}

export const isFiltered = (filter: Filter): boolean => Object.values(filter).some((value) => value !== null);

export function entriesQuery({ filter, before }: Pick<View, 'filter' | 'before'>): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  writeFilter(query, filter);
  if (before !== null) query.set('before', String(before));
  return query.toString();
}

export function ledgerHref(ledger: string, zone: Zone = 'utc', view: { entry?: number; trace?: string } = {}): string {
  const search = new URLSearchParams();
  put(search, 'trace', view.trace ?? null);
  put(search, 'entry', view.entry === undefined ? null : String(view.entry));
  writeZone(search, zone);
  return withSearch(`/ledger/${encodeURIComponent(ledger)}`, search);
}

/** What was typed into the search box: a trace's id, an operation, or else the id of an order, an escrow or a bet. */
export function searched(text: string): Pick<Filter, 'op' | 'order' | 'trace'> {
  const said = text.trim();
  const none = { op: null, order: null, trace: null };
  if (said === '') return none;
  if (/^[0-9a-f]{32}$/i.test(said)) return { ...none, trace: said.toLowerCase() };
  if (/^[a-z]+\.[a-z_]+$/.test(said)) return { ...none, op: said };
  return { ...none, order: said };
}
