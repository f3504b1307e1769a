/** What stands in place of results: nothing in the range, nothing that matches, or no answer. */
import type { ApiError } from '../api/client';
import { chipsOf } from '../decisions/filter';
import { EmptyState } from '../ui/Notice';
import type { Actions } from './usePerformanceView';
import type { View } from './view';

interface Around {
  view: View;
  actions: Actions;
}

/** Nothing in the range, or nothing that matches: why, and the way out. */
export function Nothing({ view, actions }: Around) {
  const filtered = chipsOf(view.filter).length > 0;
  const short = view.range.kind === 'last' && view.range.ms < 7 * 86_400_000;
  return (
    <EmptyState
      title={filtered ? 'Nothing matches in this time range' : 'No decisions in this time range'}
      action={
        filtered ? (
          <button type="button" className="btn" onClick={actions.clearFilters}>
            Remove all filters
          </button>
        ) : (
          (short || view.range.kind === 'between') && (
            <button type="button" className="btn" onClick={actions.showWeek}>
              Show the last 7 days
            </button>
          )
        )
      }
    >
      <p>
        {filtered
          ? 'Remove a filter, or widen the time range.'
          : 'Results appear once an agent decides, orders, closes a position or settles a bet.'}
      </p>
    </EmptyState>
  );
}

/** No answer at all: what went wrong, and what to do. */
export function Refused({ error, onRetry, view, actions }: Around & { error: ApiError; onRetry: () => void }) {
  const filtered = error.status >= 400 && error.status < 500 && chipsOf(view.filter).length > 0;
  return (
    <EmptyState
      title={error.message}
      action={
        <button type="button" className="btn" onClick={filtered ? actions.clearFilters : onRetry}>
          {filtered ? 'Remove all filters' : 'Retry'}
        </button>
      }
    >
      {error.hint && <p>{error.hint}</p>}
    </EmptyState>
  );
}
