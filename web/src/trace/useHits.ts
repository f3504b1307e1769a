/** Rows that find matches: at once for a trace on this thread, a moment after the last key for one in the worker. */
import { useEffect, useMemo, useState } from 'react';
import { type Query, parseFind } from './find';
import type { TraceModel } from './model';
import type { LoadedTrace } from './useTrace';

const TYPING_MS = 120;

/** 1 per matching row; null when nothing is looked for. */
export function useHits({ model, source }: LoadedTrace, text: string): Uint8Array | null {
  const query = useMemo(() => parseFind(text), [text]);
  const direct = useMemo(
    () => (query && source.now ? ofRows(model, source.now.search(query)) : null),
    [query, source, model],
  );
  const [found, setFound] = useState<{ model: TraceModel; query: Query; hits: Uint8Array } | null>(null);

  useEffect(() => {
    if (!query || source.now) return;
    let wanted = true;
    const search = async (): Promise<void> => {
      const positions = await source.search(query).catch(() => null);
      // null: the source was closed because the page moved on.
      if (wanted && positions) setFound({ model, query, hits: ofRows(model, positions) });
    };
    const timer = window.setTimeout(() => void search(), TYPING_MS);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [query, source, model]);

  if (!query) return null;
  return direct ?? (found?.model === model ? found.hits : null);
}

function ofRows({ count, position }: TraceModel, found: Uint8Array): Uint8Array {
  const hits = new Uint8Array(count);
  for (let row = 0; row < count; row++) hits[row] = position[row] < 0 ? 0 : found[position[row]];
  return hits;
}
