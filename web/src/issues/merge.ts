/**
 * The list under live updates, as plain data. While it is held (a person points at a row, has ticked some, or scrolled
 * away), rows change in place but none moves: what is new waits until it is let go.
 */
import { heldRows } from '../ui/list/hold';
import type { IssueCounts, IssuePage, IssueRow } from './shapes';

/** Beyond this, narrow the filter instead. */
export const MAX_ROWS = 500;

export interface Feed {
  rows: readonly IssueRow[];
  /** How many of the newest page are not among the rows, since the list was held. */
  waiting: number;
  /** Where further rows go on; null at the end. */
  cursor: string | null;
  counts: IssueCounts | null;
}

export const EMPTY_FEED: Feed = { rows: [], waiting: 0, cursor: null, counts: null };

export const startFeed = (page: IssuePage): Feed => ({
  rows: page.issues,
  waiting: 0,
  cursor: page.next_cursor,
  counts: page.counts,
});

/** Appends the page that `feed.cursor` led to. */
export function appendFurther(feed: Feed, page: IssuePage): Feed {
  const known = new Set(feed.rows.map(({ id }) => id));
  const rows = [...feed.rows, ...page.issues.filter(({ id }) => !known.has(id))];
  const cursor = rows.length >= MAX_ROWS ? null : page.next_cursor;
  return { ...feed, rows: rows.slice(0, MAX_ROWS), cursor };
}

/** Brings the first rows, asked for anew, into the list. */
export function mergeFirst(feed: Feed, page: IssuePage, held: boolean): Feed {
  if (held) return { ...feed, ...heldRows(feed.rows, page.issues), counts: page.counts };
  if (page.next_cursor === null || feed.rows.length <= page.issues.length) return startFeed(page);
  const found = new Set(page.issues.map(({ id }) => id));
  const further = feed.rows.slice(page.issues.length).filter(({ id }) => !found.has(id));
  return { ...feed, rows: [...page.issues, ...further], waiting: 0, counts: page.counts };
}
