/** The whole span of a row: at once for a trace on this thread, a moment later for one in the worker. */
import { useEffect, useMemo, useState } from 'react';
import type { Span } from '../api/types';
import type { TraceSource } from './source';
import type { LoadedTrace } from './useTrace';

/** null for a placeholder, and until a worker has answered. */
export function useSpan({ model, source }: LoadedTrace, row: number): Span | null {
  const position = row < model.count ? model.position[row] : -1;
  const direct = useMemo(() => (position >= 0 ? (source.now?.span(position) ?? null) : null), [source, position]);
  const [fetched, setFetched] = useState<{ source: TraceSource; position: number; span: Span } | null>(null);
  useEffect(() => {
    if (position < 0 || source.now) return;
    let wanted = true;
    source.span(position).then(
      (span) => {
        if (wanted) setFetched({ source, position, span });
      },
      // The source was closed: the page has moved on to a newer answer, which asks again.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [source, position]);
  if (direct) return direct;
  return fetched?.source === source && fetched.position === position ? fetched.span : null;
}
