/**
 * The list of decisions under live updates, as plain data. Rows stand newest first. While the list is held (a person
 * scrolled away, points at a row, or paused it), rows change in place but none moves: new ones wait until it is let go.
 */
import type { Counts, TracePage, TraceSummary } from '../api/types';

/** Beyond this, older rows are not kept: narrow the range instead. */
export const MAX_ROWS = 2_000;

export interface Feed {
  rows: readonly TraceSummary[];
  /** New since the list was held, newest first. */
  waiting: readonly TraceSummary[];
  /** More are waiting than one page could bring; letting go starts again from the newest. */
  overflow: boolean;
  /** Rows that came with the last live merge, to tint them. */
  fresh: ReadonlySet<string>;
  /** Where older rows go on; null at the end. */
  cursor: string | null;
  counts: Counts | null;
}

const NONE: ReadonlySet<string> = new Set();
export const EMPTY_FEED: Feed = { rows: [], waiting: [], overflow: false, fresh: NONE, cursor: null, counts: null };

/** Below zero when `a` is the later of two nanosecond strings. */
function latestFirst(a: string, b: string): number {
  if (a.length !== b.length) return b.length - a.length;
  return a === b ? 0 : a < b ? 1 : -1;
}

function newestFirst(a: TraceSummary, b: TraceSummary): number {
  if (a.start_ns !== b.start_ns) return latestFirst(a.start_ns, b.start_ns);
  if (a.trace_id === b.trace_id) return 0;
  return a.trace_id < b.trace_id ? 1 : -1;
}

const byId = (rows: readonly TraceSummary[]): Map<string, TraceSummary> =>
  new Map(rows.map((row) => [row.trace_id, row]));

/** The first page of a new question. */
export const startFeed = (page: TracePage): Feed => ({
  ...EMPTY_FEED,
  rows: page.traces.toSorted(newestFirst),
  cursor: page.next_cursor,
  counts: page.counts,
});

/** Appends the page that `feed.cursor` led to. */
export function appendOlder(feed: Feed, page: TracePage): Feed {
  const known = byId(feed.rows);
  const rows = [...feed.rows, ...page.traces.filter((row) => !known.has(row.trace_id))].toSorted(newestFirst);
  const full = rows.length >= MAX_ROWS;
  return { ...feed, rows: rows.slice(0, MAX_ROWS), cursor: full ? null : page.next_cursor, fresh: NONE };
}

/**
 * Brings the newest page into the list. Rows that the page should contain but does not have left the filter (an order
 * in flight was filled): they go, and so do rows from before `fromNs`, where a moving range begins; unless held.
 */
export function mergeNewest(feed: Feed, page: TracePage, held: boolean, fromNs: string | null = null): Feed {
  const found = byId(page.traces);
  const known = byId(feed.rows);
  const updated = feed.rows.map((row) => found.get(row.trace_id) ?? row);
  const added = page.traces.filter((row) => !known.has(row.trace_id));
  const disjoint = feed.rows.length > 0 && added.length === page.traces.length && page.next_cursor !== null;
  if (held) {
    const oldest = feed.rows.at(-1);
    // Older rows than the last one loaded belong to paging, not to the news.
    const news = added.filter((row) => !oldest || newestFirst(row, oldest) < 0 || feed.cursor === null);
    return {
      ...feed,
      rows: updated,
      waiting: news,
      overflow: feed.overflow || disjoint,
      fresh: NONE,
      counts: page.counts,
    };
  }
  if (disjoint || feed.rows.length === 0) {
    return { ...startFeed(page), fresh: new Set(feed.rows.length > 0 ? added.map((row) => row.trace_id) : []) };
  }
  const last = page.next_cursor === null ? null : page.traces.at(-1);
  const stays = (row: TraceSummary): boolean =>
    found.has(row.trace_id) ||
    (last != null && newestFirst(row, last) > 0 && (fromNs === null || latestFirst(row.start_ns, fromNs) <= 0));
  const rows = [...added, ...updated.filter(stays)].toSorted(newestFirst);
  const oldest = feed.rows.at(-1)!;
  const fresh = added.filter((row) => newestFirst(row, oldest) < 0).map((row) => row.trace_id);
  return {
    rows: rows.slice(0, MAX_ROWS),
    waiting: [],
    overflow: false,
    fresh: new Set(fresh),
    cursor: rows.length > MAX_ROWS ? null : feed.cursor,
    counts: page.counts,
  };
}

/** Lets waiting rows in. After an overflow the caller asks for the first page anew. */
export function release(feed: Feed): Feed {
  if (feed.waiting.length === 0) return feed;
  const rows = [...feed.waiting, ...feed.rows].toSorted(newestFirst).slice(0, MAX_ROWS);
  const fresh = new Set(feed.waiting.map((row) => row.trace_id));
  return { ...feed, rows, waiting: [], overflow: false, fresh };
}
