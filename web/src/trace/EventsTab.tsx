/** Events of the span in order of time, counted from its start; an exception with its stack. */
import type { Span, SpanEvent } from '../api/types';
import { duration, plural } from '../format';
import { PlainAttributes } from './AttributeList';
import { eventWord } from './eventWords';
import { instant, nsSince } from './instant';
import { plainText } from './value';
import type { ValueActions } from './ValueMenu';

const STACK = 'exception.stacktrace';

export function EventsTab({ span, actions }: { span: Span; actions: ValueActions }) {
  const start = instant(span.start_ns);
  if (span.events.length === 0) return <p className="nothing">No events were recorded on this span.</p>;
  return (
    <>
      <ol className="events">
        {span.events.map((event, index) => (
          <EventItem key={index} event={event} after={nsSince(start, event.time_ns)} actions={actions} />
        ))}
      </ol>
      {span.dropped_events_count > 0 && <p className="note-line">{plural(span.dropped_events_count, 'event')} dropped by the recorder</p>}
    </>
  );
}

function EventItem({ event, after, actions }: { event: SpanEvent; after: number; actions: ValueActions }) {
  const stack = event.attributes.find(({ key }) => key === STACK);
  const failed = event.name === 'exception';
  return (
    <li>
      <div className="event-head">
        <b className={failed ? 'o-failed' : undefined} title={event.name}>
          {eventWord(event.name)}
        </b>
        <span title={event.time_ns}>{after < 0 ? duration(after) : `+${duration(after)}`}</span>
      </div>
      <PlainAttributes attributes={event.attributes.filter(({ key }) => key !== STACK)} actions={actions} />
      {stack && (
        <pre tabIndex={0} aria-label="Stack trace">
          {plainText(stack.value)}
        </pre>
      )}
      {event.dropped_attributes_count > 0 && (
        <p className="note-line">{plural(event.dropped_attributes_count, 'attribute')} dropped by the recorder</p>
      )}
    </li>
  );
}
