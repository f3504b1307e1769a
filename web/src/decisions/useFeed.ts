/** Ties the feed to the page: what is asked, when to refresh, and when rows must not move. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useCommits } from '../api/live';
import { DecisionFeed, type FeedState } from './feed';

/** Four times a second is the most that a person can follow, and all that is drawn. */
const REFRESH_MS = 250;
const POLL_MS = 15_000;

const feed = new DecisionFeed();

export interface LiveFeed {
  state: FeedState;
  feed: DecisionFeed;
  /** The range ends now; without that there is nothing to follow. */
  canFollow: boolean;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  setPointing: (over: boolean) => void;
  scrolledTo: (top: number) => void;
}

/** `busy`: something beside the list refers to where a row stands. */
export function useFeed(query: URLSearchParams, canFollow: boolean, busy: boolean): LiveFeed {
  const state = useSyncExternalStore(feed.subscribe, feed.snapshot);
  const [paused, setPaused] = useState(false);
  const [pointing, setPointing] = useState(false);
  const [scrolled, setScrolled] = useState(feed.scrollTop > 0);
  const key = query.toString();

  useEffect(() => feed.open(new URLSearchParams(key)), [key]);
  useEffect(() => feed.hold(paused || pointing || scrolled || busy), [paused, pointing, scrolled, busy]);

  const refresh = useCallback(() => {
    if (canFollow) feed.refresh();
  }, [canFollow]);
  useCommits(refresh, REFRESH_MS);
  // Orders pass their deadline without anything being committed.
  useEffect(() => {
    const timer = window.setInterval(() => document.hidden || refresh(), POLL_MS);
    return () => window.clearInterval(timer);
  }, [refresh]);

  const scrolledTo = useCallback((top: number) => {
    feed.scrollTop = top;
    setScrolled(top > 0);
  }, []);
  return { state, feed, canFollow, paused, setPaused, setPointing, scrolledTo };
}
