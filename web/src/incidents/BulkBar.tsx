/** Floats over the list while open incidents are ticked. */
import { plural } from '../format';
import { Icon } from '../icons';
import type { Incident } from './shapes';

interface Props {
  incidents: readonly Incident[];
  busy: boolean;
  onAcknowledge: () => void;
  onClear: () => void;
}

export function BulkBar({ incidents, busy, onAcknowledge, onClear }: Props) {
  return (
    <div className="bulk" role="toolbar" aria-label="With the selected incidents">
      <b>{plural(incidents.length, 'incident')}</b>
      <button type="button" className="btn" disabled={busy} title="Say that you look after them: they are not repeated" onClick={onAcknowledge}>
        Acknowledge
      </button>
      <button type="button" className="btn quiet square" aria-label="Clear the selection" onClick={onClear}>
        <Icon name="close" />
      </button>
    </div>
  );
}
