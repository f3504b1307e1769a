/** By which clock times are read: UTC, or that of whoever looks. */
import { zoneName, type Zone } from '../time';
import './segmented.css';

interface Props {
  zone: Zone;
  onZone: (zone: Zone) => void;
  /** Of what; where that is not every time on the page. */
  label?: string;
}

export function ZoneSwitch({ zone, onZone, label = 'Time zone' }: Props) {
  const local = zoneName('local');
  return (
    <div className="segmented" role="group" aria-label={label}>
      <button type="button" aria-pressed={zone === 'utc'} onClick={() => onZone('utc')}>
        UTC
      </button>
      <button type="button" aria-label={`Local (${local})`} aria-pressed={zone === 'local'} onClick={() => onZone('local')}>
        <span className="zone-long">Local ({local})</span>
        <span className="zone-short">{local === 'UTC' ? 'Local' : local}</span>
      </button>
    </div>
  );
}
