/**
 * A trace as it came from the hub: bytes, an index of where each span lies in them, and the model built from it.
 * Runs in a worker for large answers and on the page for small ones; both sides speak through `TraceSource`.
 */
import * as shapes from '../api/shapes';
import type { Span, TraceDetail } from '../api/types';
import { buildModel } from './build';
import { Draft } from './draft';
import { type Query, matchesSpan } from './find';
import { type CriticalPath, criticalPath } from './criticalPath';
import type { TraceModel } from './model';
import { type SpanIndex, indexSpans } from './spanBytes';

/** The answer without its spans. */
export type TraceHead = Omit<TraceDetail, 'spans'>;

export interface OpenedTrace {
  head: TraceHead;
  model: TraceModel;
  path: CriticalPath;
}

/** Spans per JSON.parse: large enough to amortise the call, small enough to be collected young. */
const CHUNK = 512;

export class TraceStore {
  private readonly bytes: Uint8Array;
  private readonly index: SpanIndex;
  private readonly head: TraceHead;
  private readonly decoder = new TextDecoder();

  /** @throws SyntaxError or DecodeError when the bytes are not a trace. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.index = indexSpans(bytes);
    this.head = shapes.traceDetail(JSON.parse(this.index.rest));
  }

  open(receivedNs: string): OpenedTrace {
    const draft = new Draft([...this.head.traces], this.head.resources);
    this.forEach((span, position) => {
      // The hub's own form is checked on the first chunk; checking a million values more would find nothing new.
      draft.add(position < CHUNK ? shapes.span(span) : span);
    });
    const { outcome } = this.head.summary;
    const model = buildModel(draft, { receivedNs, unfinished: outcome === 'flight' });
    return { head: this.head, model, path: criticalPath(model) };
  }

  /** The whole span, parsed anew from its bytes. */
  span(position: number): Span {
    const text = this.decoder.decode(this.bytes.subarray(this.index.from[position], this.index.to[position]));
    return shapes.span(JSON.parse(text));
  }

  /** 1 for every position whose span matches. */
  search(query: Query): Uint8Array {
    const found = new Uint8Array(this.index.count);
    this.forEach((span, position) => {
      if (matchesSpan(span, query)) found[position] = 1;
    });
    return found;
  }

  private forEach(visit: (span: Span, position: number) => void): void {
    const { count, from, to } = this.index;
    for (let first = 0; first < count; first += CHUNK) {
      const last = Math.min(first + CHUNK, count) - 1;
      const text = this.decoder.decode(this.bytes.subarray(from[first], to[last]));
      (JSON.parse(`[${text}]`) as Span[]).forEach((span, at) => visit(span, first + at));
    }
  }
}

