/** What stands in the list when it has no rows: loading, an error, nothing that matches, or nothing that ever broke. */
import { useQuery } from '../api/useQuery';
import { copy } from '../ui/copy';
import { BlankRows } from '../ui/list/RowList';
import { EmptyState } from '../ui/Notice';
import { fetchDsn } from './api';
import type { FeedState } from './feed';
import { isFiltered } from './filter';
import type { ViewActions } from './useIssuesView';
import type { View } from './view';

interface Props {
  view: View;
  state: FeedState;
  actions: ViewActions;
  onRetry: () => void;
}

export function ListState({ view, state, actions, onRetry }: Props) {
  const { error, counts } = state;
  const filtered = isFiltered(view.filter);
  if (error) {
    const refused = error.status >= 400 && error.status < 500 && filtered;
    return (
      <EmptyState
        title={error.message}
        action={
          <button type="button" className="btn" onClick={refused ? actions.clearFilters : onRetry}>
            {refused ? 'Remove all filters' : 'Retry'}
          </button>
        }
      >
        {error.hint && <p>{error.hint}</p>}
      </EmptyState>
    );
  }
  if (counts === null) return <BlankRows count={12} />;
  if (filtered && counts.all === 0) {
    return (
      <EmptyState
        title="No issues match"
        action={
          <button type="button" className="btn" onClick={actions.clearFilters}>
            Remove all filters
          </button>
        }
      />
    );
  }
  if (counts.all === 0) return <NoIssues />;
  return (
    <EmptyState
      title={`No issues are ${view.tab}`}
      action={
        <button type="button" className="btn" onClick={() => actions.setTab('all')}>
          Show all states
        </button>
      }
    />
  );
}

/** Nothing was ever sent: where to send it. */
function NoIssues() {
  const { data: dsn } = useQuery('dsn', fetchDsn);
  if (dsn !== null) {
    return (
      <EmptyState
        title="No errors were sent to this hub"
        action={
          <button type="button" className="btn" onClick={() => void copy(dsn, 'DSN')}>
            Copy the DSN
          </button>
        }
      >
        <p>Agents that use fleaglass send theirs by themselves. Point any Sentry client here with this DSN:</p>
        <p className="mono">{dsn}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No errors were sent to this hub">
      <p>
        Agents that use fleaglass send theirs by themselves: run yours against {window.location.origin}, or type{' '}
        <span className="mono">fleaglass demo</span> to see some fail.
      </p>
    </EmptyState>
  );
}
