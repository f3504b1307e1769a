/** One event: where it failed, when in its trace, what led to it, what the agent held, and what else was sent. */
import { Attachments } from './Attachments';
import { Json } from './Json';
import type { Issue, IssueEvent } from './shapes';
import { StackSection } from './StackSection';
import { TraceSection } from './TraceSection';
import { Trail } from './Trail';
import { titleOf } from './tree';

/** The context that says where in its trace an event happened: it is drawn above. */
const TRACE = 'trace';

export function EventBody({ issue, event }: { issue: Issue; event: IssueEvent }) {
  return (
    <>
      <StackSection event={event} />
      {event.trace_id !== null && <TraceSection key={event.event_id} traceId={event.trace_id} spanId={event.span_id} />}
      <Trail event={event} />
      {event.agent_state && <Json title="Agent's state" value={event.agent_state} />}
      {event.request && <Json title="Request" value={event.request} />}
      {Object.keys(event.extra).length > 0 && <Json title="Additional data" value={event.extra} />}
      {Object.entries(event.contexts).map(([name, value]) => name !== TRACE && (
        <Json key={name} title={titleOf(name)} value={asRecord(name, value)} folded />
      ))}
      <Attachments issue={issue.id} event={event} />
      {event.notes.map((note, index) => (
        <Json key={index} title="The hub could not read" value={note} folded />
      ))}
    </>
  );
}

const asRecord = (name: string, value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : { [name]: value };
