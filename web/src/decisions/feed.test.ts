import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client';
import type { TracePage } from '../api/types';
import { DecisionFeed } from './feed';
import { decision, page } from './fixtures';

/** A hub whose answers are given by hand, in the order of the questions. */
function hub() {
  const asked: {
    query: string;
    signal: AbortSignal;
    answer: (page: TracePage) => void;
    fail: (error: Error) => void;
  }[] = [];
  const feed = new DecisionFeed(
    (query, signal) =>
      new Promise((answer, fail) => {
        asked.push({ query: query.toString(), signal, answer, fail });
      }),
  );
  return { feed, asked };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const ids = (feed: DecisionFeed): string =>
  feed
    .snapshot()
    .rows.map((row) => row.trace_id)
    .join(' ');
const question = (text: string): URLSearchParams => new URLSearchParams(text);

async function opened() {
  const { feed, asked } = hub();
  feed.open(question('q=first'));
  asked[0].answer(page([decision('t2', 2), decision('t1', 1)], 'c1'));
  await settled();
  return { feed, asked };
}

describe('opening', () => {
  it('shows the first page', async () => {
    const { feed, asked } = await opened();
    expect(asked[0].query).toBe('q=first&limit=50');
    expect(feed.snapshot()).toMatchObject({ loading: null, error: null, key: 'q=first' });
    expect(ids(feed)).toBe('t2 t1');
  });

  it('keeps the old rows until the answer to a new question is there', async () => {
    const { feed, asked } = await opened();
    feed.open(question('q=second'));
    expect(ids(feed)).toBe('t2 t1');
    expect(feed.snapshot().loading).toBe('first');
    asked[1].answer(page([decision('t9', 9)]));
    await settled();
    expect(ids(feed)).toBe('t9');
  });

  it('throws the answer to an overtaken question away', async () => {
    const { feed, asked } = await opened();
    feed.open(question('q=slow'));
    feed.open(question('q=quick'));
    expect(asked[1].signal.aborted).toBe(true);
    asked[2].answer(page([decision('quick', 1)]));
    asked[1].answer(page([decision('slow', 1)]));
    await settled();
    expect(ids(feed)).toBe('quick');
    expect(feed.snapshot().key).toBe('q=quick');
  });

  it('only refreshes when the page is opened again', async () => {
    const { feed, asked } = await opened();
    feed.scrollTop = 340;
    feed.open(question('q=first'));
    expect(feed.snapshot().loading).toBeNull();
    asked[1].answer(page([decision('t3', 3), decision('t2', 2)], 'c1'));
    await settled();
    expect(ids(feed)).toBe('t3 t2 t1');
    expect(feed.scrollTop).toBe(340);
  });
});

describe('following', () => {
  it('asks once at a time', async () => {
    const { feed, asked } = await opened();
    feed.refresh();
    feed.refresh();
    expect(asked).toHaveLength(2);
  });

  it('holds new rows back, then lets them in', async () => {
    const { feed, asked } = await opened();
    feed.hold(true);
    feed.refresh();
    asked[1].answer(page([decision('t3', 3), decision('t2', 2), decision('t1', 1)]));
    await settled();
    expect(ids(feed)).toBe('t2 t1');
    feed.hold(false);
    expect(ids(feed)).toBe('t3 t2 t1');
  });

  it('loads anew when more wait than one page', async () => {
    const { feed, asked } = await opened();
    feed.hold(true);
    feed.refresh();
    asked[1].answer(page([decision('t9', 9), decision('t8', 8)], 'gap'));
    await settled();
    feed.hold(false);
    expect(asked).toHaveLength(3);
    asked[2].answer(page([decision('t9', 9)]));
    await settled();
    expect(ids(feed)).toBe('t9');
    expect(feed.snapshot().waiting).toEqual([]);
  });

  it('keeps the rows and their age beside an error, and recovers by itself', async () => {
    const { feed, asked } = await opened();
    const { loadedAt } = feed.snapshot();
    feed.refresh();
    asked[1].fail(new ApiError('unreachable', 'The hub did not answer.'));
    await settled();
    expect(ids(feed)).toBe('t2 t1');
    expect(feed.snapshot()).toMatchObject({ loadedAt, error: { code: 'unreachable' } });
    feed.refresh();
    asked[2].answer(page([decision('t3', 3)]));
    await settled();
    expect(feed.snapshot().error).toBeNull();
    expect(ids(feed)).toBe('t3');
  });
});

describe('paging', () => {
  it('waits for a refresh that is under way, and then goes on', async () => {
    const { feed, asked } = await opened();
    feed.refresh();
    feed.older();
    expect(asked).toHaveLength(2);
    asked[1].answer(page([decision('t2', 2), decision('t1', 1)], 'c1'));
    await settled();
    expect(asked[2].query).toContain('cursor=c1');
    asked[2].answer(page([decision('t0', 0)]));
    await settled();
    expect(ids(feed)).toBe('t2 t1 t0');
  });

  it('follows the cursor, once at a time, to the end', async () => {
    const { feed, asked } = await opened();
    feed.older();
    feed.older();
    expect(asked).toHaveLength(2);
    expect(asked[1].query).toBe('q=first&limit=200&cursor=c1');
    asked[1].answer(page([decision('t0', 0)]));
    await settled();
    expect(ids(feed)).toBe('t2 t1 t0');
    feed.older();
    expect(asked).toHaveLength(2);
  });
});
