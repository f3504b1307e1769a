/**
 * Loads the list of decisions, keeps it current and pages back. One instance lives as long as the page is open, so that
 * coming back from a trace shows the same rows at the same place at once. The rules of merging are in merge.ts.
 */
import { fetchTraces, type ApiError } from '../api/client';
import { asApiError } from '../api/useQuery';
import type { TracePage } from '../api/types';
import { nsOfMs } from '../time';
import { appendOlder, EMPTY_FEED, mergeNewest, release, startFeed, type Feed } from './merge';
import { endsOf, lastRange } from './view';

const PAGE = 50;
/** Every so often the refresh looks further back, for older rows that changed (an order was filled at last). */
const DEEP_PAGE = 200;
const DEEP_EVERY = 10;

export interface FeedState extends Feed {
  /** The question the rows answer; null before the first answer. */
  key: string | null;
  loading: 'first' | 'older' | null;
  error: ApiError | null;
  /** Unix milliseconds of the newest answer. */
  loadedAt: number | null;
}

type Ask = (query: URLSearchParams, signal: AbortSignal) => Promise<TracePage>;

export class DecisionFeed {
  /** Where the list was scrolled to, for coming back. */
  scrollTop = 0;

  private state: FeedState = { ...EMPTY_FEED, key: null, loading: 'first', error: null, loadedAt: null };
  private readonly listeners = new Set<() => void>();
  private asked: URLSearchParams | null = null;
  private control = new AbortController();
  private busy = false;
  /** Older rows were asked for while a refresh was under way. */
  private olderNext = false;
  private held = false;
  private refreshes = 0;

  constructor(private readonly ask: Ask = fetchTraces) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): FeedState => this.state;

  /** Shows the answer to `query`; the old rows stay until it is there. The same question again only refreshes. */
  open(query: URLSearchParams): void {
    const key = query.toString();
    const same = this.asked?.toString() === key;
    this.asked = query;
    if (same && this.state.key === key) {
      this.refresh();
      return;
    }
    this.control.abort();
    this.control = new AbortController();
    this.busy = false;
    this.olderNext = false;
    if (!same) this.scrollTop = 0;
    this.set({ loading: 'first', error: null });
    void this.load(PAGE, null, (page) => ({ ...startFeed(page), key }));
  }

  /** Fetches the newest rows. Nothing happens while an answer is under way. */
  refresh = (): void => {
    if (this.busy || this.state.key === null) return;
    if (this.state.error || this.state.key !== this.asked?.toString()) {
      this.reload();
      return;
    }
    this.refreshes += 1;
    const deep = this.refreshes % DEEP_EVERY === 0 && this.state.rows.length > PAGE;
    void this.load(deep ? DEEP_PAGE : PAGE, null, (page) => mergeNewest(this.state, page, this.held, this.beginning()));
  };

  /** Starts again from the newest row: after an error, or when too many are waiting to be let in one by one. */
  reload = (): void => {
    if (!this.asked) return;
    const key = this.asked.toString();
    this.control.abort();
    this.control = new AbortController();
    this.set({ loading: 'first' });
    void this.load(PAGE, null, (page) => ({ ...startFeed(page), key }));
  };

  older = (): void => {
    const { cursor, loading, key } = this.state;
    if (loading || cursor === null || key !== this.asked?.toString()) return;
    if (this.busy) {
      this.olderNext = true;
      return;
    }
    this.set({ loading: 'older' });
    void this.load(DEEP_PAGE, cursor, (page) => appendOlder(this.state, page));
  };

  /** While held no row moves; letting go lets in what waited. */
  hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!held) this.letIn();
  }

  letIn = (): void => {
    if (this.state.overflow) this.reload();
    else this.set(release(this.state));
  };

  /** Where a moving range begins now; null when its ends are fixed. */
  private beginning(): string | null {
    const range = lastRange(this.asked?.get('range') ?? '');
    return range && nsOfMs(endsOf(range, Date.now()).fromMs);
  }

  private async load(
    limit: number,
    cursor: string | null,
    apply: (page: TracePage) => Partial<FeedState>,
  ): Promise<void> {
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
      if (!signal.aborted) this.settled();
    }
  }

  private settled(): void {
    this.busy = false;
    const older = this.olderNext;
    this.olderNext = false;
    if (older) this.older();
  }

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
