/** What stands in place of a trace: real headers and empty rows while it loads, or why it cannot be shown. */
import type { ApiError } from '../api/client';
import { shortId } from '../format';
import { Link } from '../router';
import { TopBar } from '../shell/TopBar';
import { EmptyState } from '../ui/Notice';

const PARENT = { href: '/decisions', title: 'Decisions' };

export function LoadingTrace({ traceId }: { traceId: string }) {
  return (
    <>
      <TopBar title={`Trace ${shortId(traceId)}`} parent={PARENT} />
      <section className="sum" aria-hidden="true">
        {['P&L, net of fees', 'Slippage', 'Fees', 'Duration', 'Agents', 'Spans', 'Errors'].map((title) => (
          <div key={title}>
            <p>{title}</p>
            <b>&nbsp;</b>
          </div>
        ))}
      </section>
      <div className="split" aria-busy="true">
        <div className="wf">
          <div className="bar" />
          <div className="map" />
          <div className="rows">
            <div className="rul">
              <div className="nm">Span</div>
              <div className="num">Money</div>
              <div className="num took">Duration</div>
            </div>
            <div className="inner blank" />
          </div>
        </div>
        <aside className="pan" aria-label="Span details" />
      </div>
    </>
  );
}

export function MissingTrace({ traceId, error, onRetry }: { traceId: string; error: ApiError; onRetry: () => void }) {
  const absent = error.status === 404;
  return (
    <>
      <TopBar title={`Trace ${shortId(traceId)}`} parent={PARENT} />
      <EmptyState
        title={absent ? 'No trace with this id is stored' : error.message}
        action={
          <>
            <button type="button" className="btn" onClick={onRetry}>
              Retry
            </button>
            <Link className="btn quiet" href="/decisions">
              Go to Decisions
            </Link>
          </>
        }
      >
        {absent ? (
          <>
            <p>Its spans have not arrived, or they are older than this hub keeps.</p>
            <p className="mono">{traceId}</p>
          </>
        ) : (
          error.hint && <p>{error.hint}</p>
        )}
      </EmptyState>
    </>
  );
}

export function EmptyTrace({ onRetry }: { onRetry: () => void }) {
  return (
    <EmptyState
      title="No span of this trace is stored"
      action={
        <button type="button" className="btn" onClick={onRetry}>
          Retry
        </button>
      }
    >
      <p>The hub knows the trace and holds none of its spans; they may still be on their way.</p>
    </EmptyState>
  );
}
