/** Where the page gets a trace from: its own thread for a small answer, a worker for one that would hold it up. */
import type { Span } from '../api/types';
import type { Query } from './find';
import { type OpenedTrace, TraceStore } from './store';

export interface TraceSource {
  /** The store, when it is on this thread: what it holds can then be read while rendering. */
  readonly now: TraceStore | null;
  open(receivedNs: string): Promise<OpenedTrace>;
  span(position: number): Promise<Span>;
  search(query: Query): Promise<Uint8Array>;
  close(): void;
}

/** About 1,200 spans: below this, starting a worker takes longer than doing the work. */
const WORKER_FROM_BYTES = 1_000_000;

export function sourceOf(bytes: Uint8Array<ArrayBuffer>): TraceSource {
  return bytes.length < WORKER_FROM_BYTES ? new PageSource(bytes) : new WorkerSource(bytes);
}

class PageSource implements TraceSource {
  private store: TraceStore | null = null;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get now(): TraceStore {
    return (this.store ??= new TraceStore(this.bytes));
  }
  // Asynchronous like the worker's, so that a malformed answer rejects here too.
  async open(receivedNs: string): Promise<OpenedTrace> {
    return Promise.resolve(this.now.open(receivedNs));
  }
  async span(position: number): Promise<Span> {
    return Promise.resolve(this.now.span(position));
  }
  async search(query: Query): Promise<Uint8Array> {
    return Promise.resolve(this.now.search(query));
  }
  close(): void {
    this.store = null;
  }
}

export type Request =
  | { id: number; kind: 'open'; bytes: Uint8Array; receivedNs: string }
  | { id: number; kind: 'span'; position: number }
  | { id: number; kind: 'search'; query: Query };
export type Reply = { id: number; ok: unknown } | { id: number; error: string };
type Ask = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

class WorkerSource implements TraceSource {
  readonly now = null;
  private readonly worker = new Worker(new URL('./trace.worker.ts', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, Waiting>();
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private asked = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.worker.onmessage = (event: MessageEvent<Reply>) => this.settle(event.data);
    this.worker.onerror = (event) => this.fail(event.message || 'the worker did not start');
  }
  open(receivedNs: string): Promise<OpenedTrace> {
    return this.ask({ kind: 'open', bytes: this.bytes, receivedNs }, [this.bytes.buffer]);
  }
  span(position: number): Promise<Span> {
    return this.ask({ kind: 'span', position });
  }
  search(query: Query): Promise<Uint8Array> {
    return this.ask({ kind: 'search', query });
  }
  close(): void {
    this.worker.terminate();
    this.fail('closed');
  }
  private ask<T>(request: Ask, transfer: Transferable[] = []): Promise<T> {
    const id = ++this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...request, id }, transfer);
    });
  }
  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.ok as never);
  }
  private fail(reason: string): void {
    for (const waiting of this.waiting.values()) waiting.reject(new Error(reason));
    this.waiting.clear();
  }
}
