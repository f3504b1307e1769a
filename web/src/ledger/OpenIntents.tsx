/** What the agent said that it would do, and of which the log does not know the end: money that may be out. */
import { count, plural } from '../format';
import { OutcomeGlyph } from '../outcome';
import { momentSeconds, msOf, type Zone } from '../time';
import { Moment } from '../ui/Moment';
import { useNow } from '../ui/useNow';
import type { OpenIntent } from './shapes';
import { aboutOf, amountOf, openWords } from './words';

const MOST = 8;

interface Props {
  open: readonly OpenIntent[];
  /** How many there are; `open` may be the oldest of them. */
  total: number;
  zone: Zone;
  onOpen: (index: number) => void;
}

export function OpenIntents({ open, total, zone, onOpen }: Props) {
  const now = useNow(5_000);
  if (open.length === 0) return null;
  return (
    <section className="open-intents" aria-label="Open intents">
      <h3>{plural(total, 'open intent')}</h3>
      <p>{openWords(open, total)}</p>
      <ul>
        {open.slice(0, MOST).map(({ entry, lost }) => (
          <li key={entry.index}>
            <span className={`outcome ${lost ? 'o-unknown' : 'o-flight'}`}>
              <OutcomeGlyph outcome={lost ? 'unknown' : 'flight'} />
              {lost ? 'Answer lost' : 'No answer'}
            </span>
            <button type="button" className="entry-link" onClick={() => onOpen(entry.index)}>
              {count(entry.index)}
            </button>
            <span>{entry.op}</span>
            <span>{[aboutOf(entry), amountOf(entry)?.text].filter(Boolean).join(' ')}</span>
            {entry.at_ns && (
              <Moment ns={entry.at_ns} zone={zone} className="mut">
                {momentSeconds(msOf(entry.at_ns), now, zone)}
              </Moment>
            )}
          </li>
        ))}
      </ul>
      {total > MOST && <p className="mut">and {count(total - MOST)} more</p>}
    </section>
  );
}
