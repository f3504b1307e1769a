/** Builds and searches a large trace beside the page: the store of store.ts behind messages. */
import { buffersOf } from './model';
import type { Reply, Request } from './source';
import { type OpenedTrace, TraceStore } from './store';

let store: TraceStore | null = null;

function answer(request: Request): unknown {
  if (request.kind === 'open') {
    store = new TraceStore(request.bytes);
    return store.open(request.receivedNs);
  }
  if (!store) throw new Error('asked before it was opened');
  return request.kind === 'span' ? store.span(request.position) : store.search(request.query);
}

/** The worker's own postMessage takes what to transfer; the compiler here knows the page's only. */
const post = postMessage as unknown as (reply: Reply, transfer: Transferable[]) => void;

onmessage = (event: MessageEvent<Request>) => {
  const { id, kind } = event.data;
  try {
    const ok = answer(event.data);
    const columns = kind === 'open' ? [(ok as OpenedTrace).model, (ok as OpenedTrace).path] : [];
    post({ id, ok }, columns.flatMap(buffersOf));
  } catch (error) {
    post({ id, error: error instanceof Error ? error.message : String(error) }, []);
  }
};
