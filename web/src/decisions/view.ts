/**
 * The view that an address describes, in both directions. Parameters are named as in the hub's API, so a filter can be
 * read off the address. Defaults are left out of the address.
 */
import { OUTCOMES, type Outcome } from '../api/types';
import { put, withSearch } from '../address';
import type { Zone } from '../time';
import { readZone } from '../zone';
import { NO_FILTER, type Filter } from './filter';

/** The last so long, moving with the clock; or fixed ends in Unix milliseconds. */
export type Range = { kind: 'last'; text: string; ms: number } | { kind: 'between'; fromMs: number; toMs: number };

export interface View {
  range: Range;
  zone: Zone;
  filter: Filter;
  outcome: Outcome | null;
  /** Trace id. */
  selected: string | null;
}

const UNITS_MS = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 } as const;
export const PRESETS = ['15m', '1h', '6h', '24h'] as const;
const DEFAULT_RANGE = '1h';

export function lastRange(text: string): Range | null {
  const match = /^(\d{1,4})([smhd])$/.exec(text);
  if (!match || Number(match[1]) === 0) return null;
  return { kind: 'last', text, ms: Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS] };
}

/** Milliseconds of an RFC 3339 time or of Unix nanoseconds; null when it is neither. */
function parseTime(text: string | null): number | null {
  if (!text) return null;
  const ms = /^\d{16,}$/.test(text) ? Number(BigInt(text) / 1_000_000n) : Date.parse(text);
  return Number.isFinite(ms) ? ms : null;
}

/** The range in an address; `fallback` is what an address without one means on its page. */
export function readRange(search: URLSearchParams, fallback = DEFAULT_RANGE): Range {
  const fromMs = parseTime(search.get('from'));
  const toMs = parseTime(search.get('to'));
  if (fromMs !== null && toMs !== null && fromMs < toMs) return { kind: 'between', fromMs, toMs };
  return lastRange(search.get('range') ?? fallback) ?? lastRange(fallback)!;
}

export function readView(search: URLSearchParams): View {
  const outcome = search.get('outcome');
  const text = (name: string): string | null => search.get(name) || null;
  return {
    range: readRange(search),
    zone: readZone(search),
    outcome: OUTCOMES.find((each) => each === outcome) ?? null,
    selected: text('sel'),
    filter: {
      ...NO_FILTER,
      agent: text('agent'),
      asset: text('asset'),
      status: text('status'),
      name: text('name'),
      minDurationMs: text('min_duration_ms'),
      attributes: search.getAll('attr').flatMap(readAttribute),
      result: text('result'),
      text: text('q'),
    },
  };
}

function readAttribute(text: string): { key: string; value: string }[] {
  const at = text.indexOf(':');
  return at > 0 ? [{ key: text.slice(0, at), value: text.slice(at + 1) }] : [];
}

export function writeFilter(search: URLSearchParams, filter: Filter): void {
  put(search, 'agent', filter.agent);
  put(search, 'asset', filter.asset);
  put(search, 'status', filter.status);
  put(search, 'name', filter.name);
  put(search, 'min_duration_ms', filter.minDurationMs);
  put(search, 'result', filter.result);
  put(search, 'q', filter.text);
  search.delete('attr');
  for (const { key, value } of filter.attributes) search.append('attr', `${key}:${value}`);
}

export function writeRange(search: URLSearchParams, range: Range, fallback = DEFAULT_RANGE): void {
  for (const name of ['range', 'from', 'to']) search.delete(name);
  if (range.kind === 'between') {
    search.set('from', isoTime(range.fromMs));
    search.set('to', isoTime(range.toMs));
  } else if (range.text !== fallback) search.set('range', range.text);
}

export const writeOutcome = (search: URLSearchParams, outcome: Outcome | null): void => put(search, 'outcome', outcome);
export const writeSelected = (search: URLSearchParams, traceId: string | null): void => put(search, 'sel', traceId);

/** RFC 3339 without needless zeros: `2026-11-20T14:32:00Z`. */
export const isoTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** The ends of a range at `now`. */
export const endsOf = (range: Range, now: number): { fromMs: number; toMs: number } =>
  range.kind === 'between' ? range : { fromMs: now - range.ms, toMs: now };

/** The address that shows, at any later time, what is seen at `now`: a relative range becomes its two ends. */
export function frozenAddress(href: string, now: number, fallback = DEFAULT_RANGE): string {
  const url = new URL(href);
  writeRange(url.searchParams, { kind: 'between', ...endsOf(readRange(url.searchParams, fallback), now) });
  return url.origin + withSearch(url.pathname, url.searchParams);
}

/** Parameters of `/api/v1/traces` for this view, without cursor. */
export function apiQuery(view: View, limit: number): URLSearchParams {
  const query = rangeQuery(view.range);
  writeFilter(query, view.filter);
  writeOutcome(query, view.outcome);
  query.set('limit', String(limit));
  return query;
}

/** The range as the API takes it; unlike in the address, always there. */
export function rangeQuery(range: Range): URLSearchParams {
  if (range.kind === 'last') return new URLSearchParams({ range: range.text });
  return new URLSearchParams({ from: isoTime(range.fromMs), to: isoTime(range.toMs) });
}

const WORDS: Record<string, string> = { '15m': '15 minutes', '1h': '1 hour', '6h': '6 hours', '24h': '24 hours', '7d': '7 days', '14d': '14 days', '30d': '30 days' };

/** `Last 1 hour`, `Last 3d` */
export const lastWords = (text: string): string => `Last ${WORDS[text] ?? text}`;
