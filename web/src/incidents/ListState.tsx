/** In place of rows: loading, nothing that is firing, nothing that matches, or no answer. */
import type { ApiError } from '../api/client';
import { Link } from '../router';
import { Failed } from '../ui/Failed';
import { EmptyState } from '../ui/Notice';
import type { Actions } from './useIncidentsView';
import { isFiltered, type View } from './view';

const BLANKS = [0, 1, 2, 3, 4, 5];

interface Props {
  view: View;
  answered: boolean;
  error: ApiError | null;
  actions: Actions;
  onRetry: () => void;
}

export function ListState({ view: { tab, filter }, answered, error, actions, onRetry }: Props) {
  if (error && !answered) return <Failed error={error} onRetry={onRetry} />;
  if (!answered) return BLANKS.map((each) => <div key={each} className="inc-blank" aria-hidden="true" />);
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
