/** When a monitor's job should run and how much is forgiven, to be changed. What the hub refuses is said in the form. */
import { useState, type FormEvent, type ReactNode } from 'react';
import type { ApiError } from '../api/client';
import { asApiError } from '../api/useQuery';
import { Modal } from '../ui/Modal';
import { UNITS, type Change, type Monitor } from './api';
import { changeOf, draftOf, type Draft } from './draft';
import '../ui/segmented.css';
import './edit.css';

interface Props {
  monitor: Monitor;
  onSave: (change: Change) => Promise<void>;
  onClose: () => void;
}

export function EditDialog({ monitor, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(monitor));
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    onSave(changeOf(draft)).then(onClose, (failure: unknown) => {
      setBusy(false);
      setProblem(asApiError(failure));
    });
  };
  const text = (name: keyof Draft, title: string, more?: ReactNode, className = 'field') => (
    <label>
      <span>{title}</span>
      <span className="edit-value">
        <input
          className={className}
          value={draft[name]}
          required
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
        />
        {more}
      </span>
    </label>
  );
  const whole = (name: keyof Draft, title: string, unit: string) =>
    text(name, title, <span className="mut">{unit}</span>, 'field short');
  return (
    <Modal label={`Edit ${monitor.name}`} className="edit" onClose={onClose}>
      <form onSubmit={submit}>
        <h2>Edit {monitor.name}</h2>
        {text('name', 'Name')}
        <div className="segmented" role="group" aria-label="Kind of schedule">
          {(['crontab', 'interval'] as const).map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={draft.kind === kind}
              onClick={() => setDraft({ ...draft, kind })}
            >
              {kind === 'crontab' ? 'Crontab' : 'Interval'}
            </button>
          ))}
        </div>
        {draft.kind === 'crontab'
          ? text('crontab', 'Crontab line', undefined, 'field mono')
          : text(
              'every',
              'Every',
              <select
                className="field"
                aria-label="Unit"
                value={draft.unit}
                onChange={(event) => setDraft({ ...draft, unit: event.target.value })}
              >
                {UNITS.map((unit) => (
                  <option key={unit} value={unit}>
                    {unit}
                  </option>
                ))}
              </select>,
              'field short',
            )}
        {text('timezone', 'Time zone')}
        {whole('margin', 'May be late by', 'minutes')}
        {whole('runtime', 'May take', 'minutes')}
        {whole('failures', 'Issue after', 'failures in a row')}
        {whole('recoveries', 'Resolved after', 'successes in a row')}
        <p className="mut">A job that sends its own schedule sets it again with its next check-in.</p>
        {problem && (
          <p className="edit-problem" role="alert">
            {problem.message}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="btn" onClick={onClose}>
            Keep as it is
          </button>
          <button type="submit" className="btn" disabled={busy}>
            Save schedule
          </button>
        </div>
      </form>
    </Modal>
  );
}
