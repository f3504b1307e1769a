/** Loads a trace, keeps it open, and loads it anew while it is unfinished. */
import { useEffect } from 'react';
import { ApiError, answer } from '../api/client';
import { useCommits } from '../api/live';
import { type Query, useQuery } from '../api/useQuery';
import { nsOfMs } from '../time';
import { type TraceSource, sourceOf } from './source';
import type { OpenedTrace } from './store';

export interface LoadedTrace extends OpenedTrace {
  source: TraceSource;
  /** How long it took from request to model. */
  loadMs: number;
}

const LIVE_EVERY_MS = 1_000;
/** A trace that is not there may be about to arrive. */
const ABSENT_EVERY_MS = 5_000;
/** A large trace is loaded less often, so that at most a tenth of the time goes into it. */
const LIVE_SHARE = 10;
/** React mounts twice in development: a source that is wanted again within this time stays open. */
const GRACE_MS = 1_000;

async function load(traceId: string, signal: AbortSignal): Promise<LoadedTrace> {
  const began = performance.now();
  const response = await answer(`/api/v1/traces/${encodeURIComponent(traceId)}`, signal);
  const source = sourceOf(new Uint8Array(await response.arrayBuffer()));
  try {
    const opened = await source.open(nsOfMs(Date.now()));
    return { ...opened, source, loadMs: performance.now() - began };
  } catch (error) {
    source.close();
    const detail = error instanceof Error ? error.message : String(error);
    const hint = 'Reload to get the page that belongs to this hub.';
    throw new ApiError('bad_answer', `The hub's answer could not be read: ${detail}.`, hint);
  }
}

export function useTrace(traceId: string): Query<LoadedTrace> {
  const query = useQuery(`trace ${traceId}`, (signal) => load(traceId, signal));
  const { data, error } = query;
  const awaited = data ? isUnfinished(data) : error?.status === 404;
  const everyMs = data ? Math.max(LIVE_EVERY_MS, data.loadMs * LIVE_SHARE) : ABSENT_EVERY_MS;
  useCommits(() => {
    if (awaited) query.refresh();
  }, everyMs);
  useOpen(data?.source ?? null);
  return query;
}

/** More is to come: money is in flight, a span is open, or the root's end was not received. */
function isUnfinished({ head, model }: LoadedTrace): boolean {
  return model.nowNs !== null || head.summary.outcome === 'flight' || head.summary.root_span_id === null;
}

const closing = new WeakMap<TraceSource, number>();

function useOpen(source: TraceSource | null): void {
  useEffect(() => {
    if (!source) return;
    window.clearTimeout(closing.get(source));
    return () => {
      closing.set(source, window.setTimeout(() => source.close(), GRACE_MS));
    };
  }, [source]);
}
