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
  return (
    <div className="segmented" role="group" aria-label={label}>
      {(['utc', 'local'] as const).map((each) => (
        <button key={each} type="button" aria-pressed={zone === each} onClick={() => onZone(each)}>
          {each === 'utc' ? 'UTC' : `Local (${zoneName('local')})`}
        </button>
      ))}
    </div>
  );
}
