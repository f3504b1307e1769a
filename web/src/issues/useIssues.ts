/** Ties the feed to the page: what is asked, when to refresh, and when rows must not move. */
import { useEffect, useSyncExternalStore } from 'react';
import { useCommits } from '../api/live';
import { IssueFeed, type FeedState } from './feed';

const REFRESH_MS = 1_000;
/** Issues change without anything being committed: by others, and by the hub itself. */
const POLL_MS = 10_000;

/** Lives as long as the page is open, so that coming back from an issue shows the same rows at once. */
const feed = new IssueFeed();

export function useIssues(query: URLSearchParams, held: boolean): { state: FeedState; feed: IssueFeed } {
  const state = useSyncExternalStore(feed.subscribe, feed.snapshot);
  const key = query.toString();
  useEffect(() => feed.open(key), [key]);
  useEffect(() => feed.hold(held), [held]);
  useCommits(feed.refresh, REFRESH_MS);
  useEffect(() => {
    const timer = window.setInterval(() => document.hidden || feed.refresh(), POLL_MS);
    return () => window.clearInterval(timer);
  }, []);
  return { state, feed };
}
