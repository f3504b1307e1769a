/** The time range: the last so long, or two ends; and the clock it is read by, which is always printed. */
import { useState, type FormEvent } from 'react';
import { Icon } from '../icons';
import { momentOf, zoneName, type Zone } from '../time';
import { Popover } from '../ui/Popover';
import { ZoneSwitch } from '../ui/ZoneSwitch';
import { parseWall, wallText } from './wallTime';
import { endsOf, lastRange, lastWords, PRESETS, type Range } from './view';
import './range.css';

interface Props {
  range: Range;
  zone: Zone;
  onRange: (range: Range) => void;
  onZone: (zone: Zone) => void;
  presets?: readonly string[];
}

export function RangePicker({ range, zone, onRange, onZone, presets = PRESETS }: Props) {
  return (
    <Popover
      label="Time range"
      button={
        <>
          <Words range={range} zone={zone} />
          <span className="mut hide-s">{zoneName(zone)}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => (
        <div className="range-panel">
          <div className="range-presets" role="group" aria-label="Relative">
            {presets.map((text) => (
              <button
                key={text}
                type="button"
                className="menu-item"
                aria-pressed={range.kind === 'last' && range.text === text}
                onClick={() => {
                  onRange(lastRange(text)!);
                  close();
                }}
              >
                {lastWords(text)}
                <span className="grow" />
                {range.kind === 'last' && range.text === text && <Icon name="check" />}
              </button>
            ))}
          </div>
          <Ends
            range={range}
            zone={zone}
            onRange={(next) => {
              onRange(next);
              close();
            }}
          />
          <ZoneSwitch zone={zone} onZone={onZone} />
        </div>
      )}
    </Popover>
  );
}

/** `Last 1 hour`, `14:00 – 14:30`, `19 Nov 14:00 – 20 Nov 02:00`; the two ends on two lines where room is short. */
function Words({ range, zone }: Pick<Props, 'range' | 'zone'>) {
  const [openedAt] = useState(() => Date.now());
  if (range.kind === 'last') return lastWords(range.text);
  const end = (ms: number): string => momentOf(ms, openedAt, zone);
  return (
    <span className="range-ends">
      <span>{end(range.fromMs)} –</span> <span>{end(range.toMs)}</span>
    </span>
  );
}

function Ends({ range, zone, onRange }: Pick<Props, 'range' | 'zone' | 'onRange'>) {
  const [edited, setEdited] = useState<{ from: string; to: string } | null>(null);
  const [openedAt] = useState(() => Date.now());
  const [problem, setProblem] = useState<string | null>(null);
  const ends = endsOf(range, openedAt);
  const shown = edited ?? { from: wallText(ends.fromMs, zone), to: wallText(ends.toMs, zone) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const fromMs = parseWall(shown.from, zone);
    const toMs = parseWall(shown.to, zone);
    if (fromMs === null || toMs === null) setProblem('Write times as 2026-11-20 14:30');
    else if (fromMs >= toMs) setProblem('From must be before to');
    else onRange({ kind: 'between', fromMs, toMs });
  };
  return (
    <form className="ends" onSubmit={submit}>
      {(['from', 'to'] as const).map((end) => (
        <label key={end}>
          <span>{end === 'from' ? 'From' : 'To'}</span>
          <input
            className="field"
            value={shown[end]}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setEdited({ ...shown, [end]: event.target.value })}
          />
        </label>
      ))}
      {problem && (
        <p className="range-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="btn">
        Show this range
      </button>
    </form>
  );
}
