import { expect, it } from 'vitest';
import { issuePage } from './fixtures';
import { appendFurther, mergeFirst, startFeed } from './merge';

const ids = (feed: { rows: readonly { id: number }[] }): number[] => feed.rows.map(({ id }) => id);

it('a held list changes in place, and says how many are new', () => {
  const feed = mergeFirst(startFeed(issuePage([1, 2])), issuePage([3, 2, 1], null, { events: 9 }), true);
  expect(ids(feed)).toEqual([1, 2]);
  expect(feed.rows.every(({ events }) => events === 9)).toBe(true);
  expect(feed.waiting).toBe(1);
});

it('a list that is let go stands in the new order', () => {
  const held = mergeFirst(startFeed(issuePage([1, 2])), issuePage([3, 2, 1]), true);
  const feed = mergeFirst(held, issuePage([3, 2, 1]), false);
  expect(ids(feed)).toEqual([3, 2, 1]);
  expect(feed.waiting).toBe(0);
});

it('what no longer matches leaves a list that is not held', () => {
  expect(ids(mergeFirst(startFeed(issuePage([1, 2, 3])), issuePage([1, 3]), false))).toEqual([1, 3]);
});

it('further pages stay below a refreshed first one, each issue once', () => {
  const two = appendFurther(startFeed(issuePage([1, 2], 'a')), issuePage([2, 3, 4], 'b'));
  expect(ids(two)).toEqual([1, 2, 3, 4]);
  expect(two.cursor).toBe('b');
  const merged = mergeFirst(two, issuePage([4, 1], 'a'), false);
  expect(ids(merged)).toEqual([4, 1, 3]);
  expect(merged.cursor).toBe('b');
});
