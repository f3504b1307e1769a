/** The issues that happened in a trace's story: asked of the hub, and by the row they happened in. */
import { get } from '../api/client';
import { array, integerText, nullable, object, string } from '../api/decode';
import { issueLink, type IssueLink } from '../issues/shapes';
import { rowOfSpan, type TraceModel } from './model';

interface IssueEvent {
  event_id: string;
  span_id: string | null;
  time_ns: string;
}

interface TraceIssue {
  issue: IssueLink;
  /** In order of time. */
  events: IssueEvent[];
}

export interface TraceIssues {
  trace_id: string;
  issues: TraceIssue[];
}

const traces = object<{ traces: TraceIssues[] }>({
  traces: array(
    object<TraceIssues>({
      trace_id: string,
      issues: array(
        object<TraceIssue>({
          issue: issueLink,
          events: array(object<IssueEvent>({ event_id: string, span_id: nullable(string), time_ns: integerText })),
        }),
      ),
    }),
  ),
});

/** The most that the hub takes at once. */
const MOST_TRACES = 200;

export async function fetchTraceIssues(traceIds: readonly string[], signal?: AbortSignal): Promise<TraceIssues[]> {
  const query = new URLSearchParams(traceIds.slice(0, MOST_TRACES).map((id) => ['trace', id]));
  return (await get(`/api/v1/issues-of-traces?${query.toString()}`, traces, signal)).traces;
}

/** An issue at a place of the story, with the event that happened there. */
export interface Mark {
  issue: IssueLink;
  eventId: string;
  /** -1: in no span that was received. */
  row: number;
}

/** One mark for each issue and row, in order of time within an issue. */
export function marksOf(model: TraceModel, found: readonly TraceIssues[]): Mark[] {
  const marks = new Map<string, Mark>();
  for (const { issues } of found) {
    for (const { issue, events } of issues) {
      for (const { event_id, span_id } of events) {
        const row = span_id === null ? -1 : rowOfSpan(model, span_id);
        const key = `${issue.id} ${row}`;
        if (!marks.has(key)) marks.set(key, { issue, eventId: event_id, row });
      }
    }
  }
  return [...marks.values()];
}
