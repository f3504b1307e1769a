/** In place of a page: no answer at all, what went wrong, and what to do. */
import type { ApiError } from '../api/client';
import { EmptyState } from './Notice';

export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <EmptyState
      title={error.message}
      action={
        <button type="button" className="btn" onClick={onRetry}>
          Retry
        </button>
      }
    >
      {error.hint && <p>{error.hint}</p>}
    </EmptyState>
  );
}
