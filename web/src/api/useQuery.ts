/** Server data by key: loads, keeps the old content while loading anew, and keeps stale data beside an error. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from './client';

export interface Query<T> {
  data: T | null;
  /** Why the newest attempt failed; `data` is then from `loadedAt`. */
  error: ApiError | null;
  loading: boolean;
  /** Milliseconds, Unix time, of the answer in `data`. */
  loadedAt: number | null;
  refresh: () => void;
}

interface Slot<T> {
  key: string | null;
  data: T | null;
  error: ApiError | null;
  settled: number;
  loadedAt: number | null;
}

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError('bug', error instanceof Error ? error.message : String(error));

/**
 * Loads `load(signal)` whenever `key` changes and on `refresh()`. With `keep`, a new key shows the old data until the new
 * arrives (a range was adjusted); without, it starts empty (another thing is looked at). A null key asks nothing yet.
 */
export function useQuery<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  options: { keep?: boolean } = {},
): Query<T> {
  const [slot, setSlot] = useState<Slot<T>>({ key, data: null, error: null, settled: -1, loadedAt: null });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  const asking = useRef(false);
  useEffect(() => {
    latest.current = load;
  });

  useEffect(() => {
    if (key === null) return undefined;
    const control = new AbortController();
    asking.current = true;
    latest.current(control.signal).then(
      (data) => {
        if (control.signal.aborted) return;
        asking.current = false;
        setSlot({ key, data, error: null, settled: turn, loadedAt: Date.now() });
      },
      (error: unknown) => {
        if (control.signal.aborted) return;
        asking.current = false;
        setSlot((old) => ({
          ...(old.key === key || options.keep ? old : { data: null, loadedAt: null }),
          key,
          error: asApiError(error),
          settled: turn,
        }));
      },
    );
    return () => {
      asking.current = false;
      control.abort();
    };
  }, [key, turn, options.keep]);

  // A slow answer is waited for: asking again would abort it, and a live page would never load.
  const refresh = useCallback(() => {
    if (!asking.current) setTurn((n) => n + 1);
  }, []);
  const current = slot.key === key;
  const usable = current || options.keep;
  return {
    data: usable ? slot.data : null,
    error: current ? slot.error : null,
    loading: !current || slot.settled !== turn,
    loadedAt: usable ? slot.loadedAt : null,
    refresh,
  };
}
