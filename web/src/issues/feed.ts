/** Loads the list of issues, keeps it current and goes on at its end. The rules of merging are in merge.ts. */
import type { ApiError } from '../api/client';
import { asApiError } from '../api/useQuery';
import { fetchIssues } from './api';
import { appendFurther, EMPTY_FEED, mergeFirst, startFeed, type Feed } from './merge';
import type { IssuePage } from './shapes';

const PAGE = 50;
/** The most that the hub answers with. */
const LARGEST_PAGE = 200;

export interface FeedState extends Feed {
  /** The question the rows answer; null before the first answer. */
  key: string | null;
  loading: 'first' | 'further' | null;
  error: ApiError | null;
  /** Unix milliseconds of the newest answer. */
  loadedAt: number | null;
}

type Ask = (query: URLSearchParams, signal: AbortSignal) => Promise<IssuePage>;

export class IssueFeed {
  private state: FeedState = { ...EMPTY_FEED, key: null, loading: 'first', error: null, loadedAt: null };
  private readonly listeners = new Set<() => void>();
  private asked: string | null = null;
  private control = new AbortController();
  private busy = false;
  private held = false;

  constructor(private readonly ask: Ask = fetchIssues) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): FeedState => this.state;

  /** Shows the answer to `key`, a query string; the old rows stay until it is there. */
  open(key: string): void {
    const same = this.asked === key && this.state.key === key;
    this.asked = key;
    if (same) this.refresh();
    else this.reload();
  }

  /** Starts again from the first row. */
  reload = (): void => {
    if (this.asked === null) return;
    const key = this.asked;
    this.control.abort();
    this.control = new AbortController();
    this.set({ loading: 'first' });
    void this.load(PAGE, null, (page) => ({ ...startFeed(page), key }));
  };

  /** Asks anew for the rows there are. Nothing happens while an answer is under way. */
  refresh = (): void => {
    if (this.busy || this.state.key === null) return;
    if (this.state.error || this.state.key !== this.asked) this.reload();
    else {
      const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, this.state.rows.length));
      void this.load(limit, null, (page) => mergeFirst(this.state, page, this.held));
    }
  };

  further = (): void => {
    const { cursor, loading, key } = this.state;
    if (loading || this.busy || cursor === null || key !== this.asked) return;
    this.set({ loading: 'further' });
    void this.load(PAGE, cursor, (page) => appendFurther(this.state, page));
  };

  /** While held no row moves; letting go brings in what waited. */
  hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!held && this.state.waiting > 0) this.refresh();
  }

  private async load(limit: number, cursor: string | null, apply: (page: IssuePage) => Partial<FeedState>): Promise<void> {
    const { signal } = this.control;
    const query = new URLSearchParams(this.asked!);
    query.set('limit', String(limit));
    if (cursor) query.set('cursor', cursor);
    this.busy = true;
    try {
      const page = await this.ask(query, signal);
      if (!signal.aborted) this.set({ ...apply(page), loading: null, error: null, loadedAt: Date.now() });
    } catch (error) {
      if (!signal.aborted) this.set({ loading: null, error: asApiError(error) });
    } finally {
      if (!signal.aborted) this.busy = false;
    }
  }

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
