/** Asks before a monitor and its check-ins are forgotten. */
import { useState } from 'react';
import type { ApiError } from '../api/client';
import { asApiError } from '../api/useQuery';
import { Modal } from '../ui/Modal';
import type { Monitor } from './api';
import './edit.css';

interface Props {
  monitor: Monitor;
  onDelete: () => Promise<void>;
  onClose: () => void;
}

export function DeleteDialog({ monitor, onDelete, onClose }: Props) {
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const remove = (): void => {
    setBusy(true);
    onDelete().catch((failure: unknown) => {
      setBusy(false);
      setProblem(asApiError(failure));
    });
  };
  return (
    <Modal label={`Delete ${monitor.name}`} onClose={onClose}>
      <h2>Delete {monitor.name}?</h2>
      <p className="dialog-text">
        Its check-ins and incidents are forgotten; its issues stay. If the job still runs, its next check-in makes the
        monitor again.
      </p>
      {problem && (
        <p className="edit-problem" role="alert">
          {problem.message}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="btn" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="btn danger" disabled={busy} onClick={remove}>
          Delete monitor
        </button>
      </div>
    </Modal>
  );
}
