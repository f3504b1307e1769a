import { describe, expect, it } from 'vitest';
import { decision, page } from './fixtures';
import { appendOlder, EMPTY_FEED, MAX_ROWS, mergeNewest, release, startFeed, type Feed } from './merge';

const ids = (feed: Feed): string => feed.rows.map((row) => row.trace_id).join(' ');
const waiting = (feed: Feed): string => feed.waiting.map((row) => row.trace_id).join(' ');
const feedOf = (...seconds: number[]): Feed =>
  startFeed(
    page(
      seconds.map((s) => decision(`t${s}`, s)),
      'more',
    ),
  );

describe('a list that follows', () => {
  it('puts new rows on top and marks them', () => {
    const feed = mergeNewest(
      feedOf(3, 2, 1),
      page([decision('t4', 4), decision('t3', 3), decision('t2', 2)], 'more'),
      false,
    );
    expect(ids(feed)).toBe('t4 t3 t2 t1');
    expect([...feed.fresh]).toEqual(['t4']);
    expect(feed.cursor).toBe('more');
  });

  it('sorts a row that was committed late to where it belongs', () => {
    const feed = mergeNewest(
      feedOf(4, 2, 1),
      page([decision('t4', 4), decision('t3', 3), decision('t2', 2)], 'more'),
      false,
    );
    expect(ids(feed)).toBe('t4 t3 t2 t1');
  });

  it('updates rows in place', () => {
    const feed = mergeNewest(
      feedOf(2, 1),
      page([decision('t2', 2, { outcome: 'traded' }), decision('t1', 1)], 'more'),
      false,
    );
    expect(feed.rows[0].outcome).toBe('traded');
    expect(feed.fresh.size).toBe(0);
  });

  it('drops a row that left the filter, but not one beyond the page', () => {
    const feed = mergeNewest(feedOf(4, 3, 2, 1), page([decision('t4', 4), decision('t2', 2)], 'more'), false);
    expect(ids(feed)).toBe('t4 t2 t1');
    const whole = mergeNewest(feedOf(4, 3, 2, 1), page([decision('t4', 4)]), false);
    expect(ids(whole)).toBe('t4');
  });

  it('lets go of rows that a moving range has left behind', () => {
    const feed = feedOf(4, 3, 2, 1);
    const answer = page([decision('t5', 5), decision('t4', 4)], 'more');
    expect(ids(mergeNewest(feed, answer, false, decision('', 2).start_ns))).toBe('t5 t4 t3 t2');
    expect(ids(mergeNewest(feed, answer, true, decision('', 2).start_ns))).toBe('t4 t3 t2 t1');
  });

  it('starts anew when more came in than one page holds', () => {
    const feed = mergeNewest(feedOf(2, 1), page([decision('t9', 9), decision('t8', 8)], 'gap'), false);
    expect(ids(feed)).toBe('t9 t8');
    expect(feed.cursor).toBe('gap');
  });

  it('orders by time even where the digits differ in number', () => {
    const early = decision('early', 0, { start_ns: '999' });
    const late = decision('late', 0, { start_ns: '1000' });
    expect(ids(startFeed(page([early, late])))).toBe('late early');
  });
});

describe('a list that is held', () => {
  it('moves no row, and counts what waits', () => {
    const held = mergeNewest(
      feedOf(2, 1),
      page([decision('t3', 3), decision('t2', 2), decision('t1', 1)], 'more'),
      true,
    );
    expect(ids(held)).toBe('t2 t1');
    const later = mergeNewest(held, page([decision('t4', 4), decision('t3', 3), decision('t2', 2)], 'more'), true);
    expect(waiting(later)).toBe('t4 t3');
    expect(ids(release(later))).toBe('t4 t3 t2 t1');
    expect([...release(later).fresh]).toEqual(['t4', 't3']);
  });

  it('still updates rows in place, and keeps those that left the filter', () => {
    const held = mergeNewest(feedOf(3, 2, 1), page([decision('t3', 3, { outcome: 'failed' })]), true);
    expect(ids(held)).toBe('t3 t2 t1');
    expect(held.rows[0].outcome).toBe('failed');
  });

  it('says that more wait than it knows', () => {
    const held = mergeNewest(feedOf(2, 1), page([decision('t9', 9), decision('t8', 8)], 'gap'), true);
    expect(ids(held)).toBe('t2 t1');
    expect(held.overflow).toBe(true);
  });

  it('has nothing to let in when nothing waits', () => {
    const feed = feedOf(1);
    expect(release(feed)).toBe(feed);
  });
});

describe('paging', () => {
  it('appends older rows once', () => {
    const feed = appendOlder(feedOf(4, 3), page([decision('t3', 3), decision('t2', 2)], 'next'));
    expect(ids(feed)).toBe('t4 t3 t2');
    expect(feed.cursor).toBe('next');
  });

  it('stops at the most rows it keeps', () => {
    const many = Array.from({ length: MAX_ROWS + 10 }, (_, i) => decision(`o${i}`, -i));
    const feed = appendOlder(feedOf(9), page(many, 'next'));
    expect(feed.rows).toHaveLength(MAX_ROWS);
    expect(feed.cursor).toBeNull();
  });

  it('caps a list that only ever grows on top', () => {
    const many = Array.from({ length: MAX_ROWS }, (_, i) => decision(`o${i}`, -i));
    const full = startFeed(page(many, 'next'));
    const feed = mergeNewest(full, page([decision('new', 1), ...many.slice(0, 49)], 'x'), false);
    expect(feed.rows).toHaveLength(MAX_ROWS);
    expect(feed.rows[0].trace_id).toBe('new');
  });
});

it('takes the first answer into an empty list without calling it new', () => {
  const feed = mergeNewest(EMPTY_FEED, page([decision('t1', 1)]), false);
  expect(ids(feed)).toBe('t1');
});
