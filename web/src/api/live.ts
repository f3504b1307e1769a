/**
 * The hub's event stream, shared by all pages: whether the hub is there, how fast it takes in spans, and a call each
 * time rows were committed. Starts with the first subscriber, and stops with the last.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { fetchStatus } from './client';
import { DecodeError } from './decode';
import * as shapes from './shapes';
import type { Commit } from './types';

export interface HubState {
  connection: 'connecting' | 'open' | 'lost';
  spansPerSecond: number | null;
  rejected: number;
  dropped: number;
  /** When the hub was last heard, Unix milliseconds. */
  heardAt: number | null;
}

/** The hub speaks every 5 s; silent for three times as long, it counts as lost. */
const SILENCE_MS = 15_000;
const RETRY_MS = 3_000;

let state: HubState = { connection: 'connecting', spansPerSecond: null, rejected: 0, dropped: 0, heardAt: null };
const watchers = new Set<() => void>();
const commitListeners = new Set<(commit: Commit | null) => void>();
let source: EventSource | null = null;
let retry: number | undefined;
let watchdog: number | undefined;

function set(change: Partial<HubState>): void {
  state = { ...state, ...change };
  for (const watcher of watchers) watcher();
}

function heard(numbers: Pick<Commit, 'spans_per_s' | 'rejected' | 'dropped'>): void {
  const back = state.connection === 'lost';
  const { spans_per_s: spansPerSecond, rejected, dropped } = numbers;
  set({ connection: 'open', spansPerSecond, rejected, dropped, heardAt: Date.now() });
  window.clearTimeout(watchdog);
  watchdog = window.setTimeout(lose, SILENCE_MS);
  // What was committed in the meantime was never announced.
  if (back) announce(null);
}

function announce(commit: Commit | null): void {
  for (const listener of commitListeners) listener(commit);
}

function lose(): void {
  source?.close();
  source = null;
  set({ connection: 'lost', spansPerSecond: null });
  window.clearTimeout(retry);
  retry = window.setTimeout(open, RETRY_MS);
}

/** Runs `use` on the event's checked data; an event in another form is left aside, the stream goes on. */
function read<T>(decode: (value: unknown) => T, use: (data: T) => void): (event: MessageEvent<string>) => void {
  return (event) => {
    let data: T;
    try {
      data = decode(JSON.parse(event.data));
    } catch (error) {
      if (error instanceof DecodeError || error instanceof SyntaxError) return;
      throw error;
    }
    use(data);
  };
}

function open(): void {
  source = new EventSource('/api/v1/live');
  source.addEventListener(
    'commit',
    read(shapes.commit, (commit) => {
      heard(commit);
      announce(commit);
    }),
  );
  source.addEventListener('status', read(shapes.rates, heard));
  source.onerror = lose;
  // The stream is silent until something happens; the numbers at the start come from here.
  fetchStatus().then(heard, () => undefined);
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!source) open();
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    source?.close();
    source = null;
    window.clearTimeout(retry);
    window.clearTimeout(watchdog);
  };
}

export const useHub = (): HubState => useSyncExternalStore(subscribe, () => state);

/**
 * Calls `act` after commits, at most once per `everyMs` and once more after the last of a burst. Nothing happens while
 * the page is hidden; on coming back it catches up.
 */
export function useCommits(act: () => void, everyMs: number): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    let last = 0;
    let timer: number | undefined;
    const run = (): void => {
      timer = undefined;
      last = performance.now();
      latest.current();
    };
    let missed = false;
    const request = (): void => {
      missed = document.hidden;
      if (missed || timer !== undefined) return;
      timer = window.setTimeout(run, Math.max(0, last + everyMs - performance.now()));
    };
    const shown = (): void => {
      if (!document.hidden && missed) request();
    };
    commitListeners.add(request);
    document.addEventListener('visibilitychange', shown);
    return () => {
      commitListeners.delete(request);
      document.removeEventListener('visibilitychange', shown);
      window.clearTimeout(timer);
    };
  }, [everyMs]);
}
