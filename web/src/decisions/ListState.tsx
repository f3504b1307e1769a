/** What stands in the list when it has no rows: loading, an error, the first run, or nothing that matches. */
import type { Agent } from '../api/types';
import { EmptyState } from '../ui/Notice';
import type { FeedState } from './feed';
import { isFiltered } from './filter';
import { FirstRun } from './FirstRun';
import type { ViewActions } from './useSearchView';
import { lastRange, type View } from './view';

interface Props {
  view: View;
  state: FeedState;
  agents: readonly Agent[] | null;
  actions: ViewActions;
  onRetry: () => void;
}

export function ListState({ view, state, agents, actions, onRetry }: Props) {
  const { error } = state;
  const filtered = isFiltered(view.filter) || view.outcome !== null;
  if (error) {
    const refused = error.status >= 400 && error.status < 500;
    return (
      <EmptyState
        title={error.message}
        action={
          <button type="button" className="btn" onClick={refused && filtered ? actions.clearFilters : onRetry}>
            {refused && filtered ? 'Remove all filters' : 'Retry'}
          </button>
        }
      >
        {error.hint && <p>{error.hint}</p>}
      </EmptyState>
    );
  }
  if (state.loading === 'first') return <EmptyRows />;
  if (agents?.length === 0) return <FirstRun />;
  const widen = view.range.kind === 'between' || view.range.ms < 86_400_000;
  return (
    <EmptyState
      title={filtered ? 'No decisions match' : 'No decisions in this time range'}
      action={
        filtered ? (
          <button type="button" className="btn" onClick={actions.clearFilters}>
            Remove all filters
          </button>
        ) : (
          widen && (
            <button type="button" className="btn" onClick={() => actions.setRange(lastRange('24h')!)}>
              Show the last 24 hours
            </button>
          )
        )
      }
    >
      <p>
        {filtered ? 'Remove a filter, or widen the time range.' : 'The agents known to this hub decided nothing in it.'}
      </p>
    </EmptyState>
  );
}

const ROWS = Array.from({ length: 12 }, (_, index) => index);

/** Rows without content, while the first answer is on its way. */
function EmptyRows() {
  return (
    <div aria-hidden="true" className="decisions-empty">
      {ROWS.map((index) => (
        <div key={index} className="decision-empty" />
      ))}
    </div>
  );
}
