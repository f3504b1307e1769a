/** What failed, what is safe, what to do; or an empty place with its cause and one action. */
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client';
import { ago } from '../time';
import { useNow } from './useNow';
import './notice.css';

/** A page-wide message in the middle of an empty place. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty-state">
      <h2>{title}</h2>
      {children}
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}

/** A strip above content that stays: the error, the age of what is shown, and Retry. */
export function ErrorStrip({
  error,
  loadedAt,
  onRetry,
}: {
  error: ApiError;
  loadedAt: number | null;
  onRetry: () => void;
}) {
  const now = useNow(5_000);
  return (
    <div className="error-strip" role="alert">
      <div>
        <b>{error.message}</b> {error.hint && <span>{error.hint} </span>}
        {loadedAt !== null && <span>Shown as of {ago(loadedAt, now)}.</span>}
      </div>
      <div className="grow" />
      <button type="button" className="btn" onClick={onRetry}>
        Retry
      </button>
    </div>
  );
}
