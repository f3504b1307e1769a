/** Which of the issue's events is shown, and the way to its neighbours. */
import { shortId } from '../format';
import { Icon } from '../icons';
import { ago, full, msOf } from '../time';
import { copy } from '../ui/copy';
import { useNow } from '../ui/useNow';
import type { IssueEvent } from './shapes';
import './event-bar.css';

const WORDS = [
  ['recommended', 'Recommended', 'The one of the latest events that tells most'],
  ['latest', 'Latest', undefined],
  ['oldest', 'Oldest', undefined],
] as const;

interface Props {
  event: IssueEvent | null;
  asked: string;
  onEvent: (event: string | null) => void;
}

export function EventBar({ event, asked, onEvent }: Props) {
  return (
    <div className="event-bar">
      <h2 className="sr">Event</h2>
      <div className="event-words" role="group" aria-label="Event">
        {WORDS.map(([name, word, title]) => (
          <button key={name} type="button" aria-pressed={asked === name} title={title} onClick={() => onEvent(name)}>
            {word}
          </button>
        ))}
      </div>
      <div className="event-steps">
        <button type="button" className="btn" disabled={!event?.previous} title="Older event ([)" onClick={() => onEvent(event?.previous ?? null)}>
          Older
        </button>
        <button type="button" className="btn" disabled={!event?.next} title="Newer event (])" onClick={() => onEvent(event?.next ?? null)}>
          Newer
        </button>
      </div>
      {event && <When event={event} />}
    </div>
  );
}

function When({ event }: { event: IssueEvent }) {
  const now = useNow(5_000);
  const ms = msOf(event.time_ns);
  return (
    <p className="event-when">
      <time dateTime={new Date(ms).toISOString()}>{full(ms, 'utc')}</time>
      <span className="mut">{ago(ms, now)}</span>
      <button type="button" className="mono mut" title={`Copy ${event.event_id}`} onClick={() => void copy(event.event_id, 'Event id')}>
        {shortId(event.event_id)} <Icon name="copy" small />
      </button>
    </p>
  );
}
