/** In place of rows: loading, nothing that is firing, nothing that matches, or no answer. */
import type { ApiError } from '../api/client';
import { Link } from '../router';
import { Failed } from '../ui/Failed';
import { BlankRows } from '../ui/list/RowList';
import { EmptyState } from '../ui/Notice';
import type { Actions } from './useIncidentsView';
import { isFiltered, type View } from './view';

interface Props {
  view: View;
  answered: boolean;
  error: ApiError | null;
  actions: Actions;
  onRetry: () => void;
}

export function ListState({ view: { tab, filter }, answered, error, actions, onRetry }: Props) {
  if (error && !answered) return <Failed error={error} onRetry={onRetry} />;
  if (!answered) return <BlankRows count={6} />;
  if (isFiltered(filter)) {
    return (
      <EmptyState
        title="No incident matches"
        action={
          <button type="button" className="btn" onClick={actions.clearFilters}>
            Clear the filters
          </button>
        }
      />
    );
  }
  if (tab !== 'open') return <EmptyState title="No rule has fired yet" action={<ToRules />} />;
  return (
    <EmptyState title="Nothing is firing" action={<ToRules />}>
      <p>The hub judges its alert rules every few seconds. An incident appears here when one of them fires.</p>
    </EmptyState>
  );
}

const ToRules = () => (
  <Link className="btn" href="/rules">
    See the rules
  </Link>
);
