/** The columns of a story while spans are still coming in: in the order of the answer, not yet of the rows. */
import type { Attribute, Span } from '../api/types';
import { OUTCOMES } from '../api/types';
import { type Instant, instant, nsSince } from './instant';
import { errorMessage } from './message';
import { joinsStory } from './links';
import { spanFacts } from './spanFacts';
import { StringTable } from './strings';
import { isVenue } from './venue';

export interface DraftLane {
  agent: string;
  service: string;
  release: string | null;
  venue: boolean;
}

export class Draft {
  readonly strings = new StringTable();
  readonly lanes: DraftLane[] = [];
  readonly ids: string[] = [];
  /** '' for a root. */
  readonly parentIds: string[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly lane: number[] = [];
  readonly trace: number[] = [];
  readonly flags: number[] = [];
  readonly outcome: number[] = [];
  readonly pnl: number[] = [];
  readonly name: number[] = [];
  readonly message: number[] = [];
  readonly money: number[] = [];
  /** Events of span i end at `eventEnd[i]`, where those of span i + 1 begin. */
  readonly eventEnd: number[] = [];
  readonly eventTime: number[] = [];
  readonly eventName: number[] = [];
  /** Span links: the span that holds the link, and the key of the span it points to. */
  readonly linkHolder: number[] = [];
  readonly linkKey: string[] = [];
  origin: Instant | null = null;
  originNs = '0';

  readonly traces: string[];
  private readonly resources: readonly Attribute[][];
  private readonly laneOf = new Map<string, number>();
  private readonly traceOf: Map<string, number>;

  constructor(traces: string[], resources: readonly Attribute[][]) {
    this.traces = traces;
    this.resources = resources;
    this.traceOf = new Map(traces.map((id, index) => [id, index]));
  }

  get count(): number {
    return this.ids.length;
  }

  add(span: Span): void {
    if (this.origin === null) {
      this.origin = instant(span.start_ns);
      this.originNs = span.start_ns;
    }
    const facts = spanFacts(span);
    this.ids.push(span.span_id);
    this.parentIds.push(span.parent_span_id ?? '');
    this.addTimes(span, this.origin);
    this.lane.push(this.laneFor(span));
    this.trace.push(this.traceFor(span.trace_id));
    this.flags.push(facts.flags);
    this.outcome.push(OUTCOMES.indexOf(facts.outcome));
    this.pnl.push(facts.pnl);
    this.name.push(this.strings.add(facts.name));
    this.message.push(this.strings.add(errorMessage(span)));
    this.money.push(this.strings.add(facts.money));
    this.addEvents(span, this.origin);
    for (const link of span.links.filter(joinsStory)) {
      this.linkHolder.push(this.count - 1);
      this.linkKey.push(this.keyOf(link.trace_id, link.span_id));
    }
  }

  /** A row for the parent that span `child` names and that was not received; returns its index. */
  addPlaceholder(child: number, flags: number, outcome: number): number {
    this.ids.push(this.parentIds[child]);
    this.parentIds.push('');
    for (const column of [this.start, this.end, this.lane, this.trace]) column.push(column[child]);
    this.flags.push(flags);
    this.outcome.push(outcome);
    this.pnl.push(NaN);
    this.name.push(this.strings.add('parent not received'));
    this.message.push(0);
    this.money.push(0);
    this.eventEnd.push(this.eventTime.length);
    return this.count - 1;
  }

  keyOf(traceId: string, spanId: string): string {
    return `${this.traceOf.get(traceId) ?? traceId}/${spanId}`;
  }

  private addTimes(span: Span, origin: Instant): void {
    const start = nsSince(origin, span.start_ns);
    this.start.push(start);
    // A clock set back during a span leaves its end before its start; the duration is then what is not known.
    this.end.push(Math.max(start, /^0*$/.test(span.end_ns) ? start : nsSince(origin, span.end_ns)));
  }

  private addEvents(span: Span, origin: Instant): void {
    for (const event of span.events) {
      this.eventTime.push(nsSince(origin, event.time_ns));
      this.eventName.push(this.strings.add(event.name));
    }
    this.eventEnd.push(this.eventTime.length);
  }

  private laneFor(span: Span): number {
    const venue = isVenue(span.service, this.resources[span.resource] ?? []);
    const agent = venue ? span.service : span.agent || span.service;
    const key = `${venue}/${agent}`;
    let lane = this.laneOf.get(key);
    if (lane === undefined) {
      lane = this.lanes.length;
      this.lanes.push({ agent, service: span.service, release: span.release, venue });
      this.laneOf.set(key, lane);
    }
    return lane;
  }

  private traceFor(traceId: string): number {
    let index = this.traceOf.get(traceId);
    if (index === undefined) {
      index = this.traces.length;
      this.traces.push(traceId);
      this.traceOf.set(traceId, index);
    }
    return index;
  }
}
