/** Puts every column of a draft into the order of the rows. */
import type { Arrangement } from './arrange';
import type { Draft } from './draft';
import { unixNs } from './instant';
import { Flag, type TraceModel } from './model';
import { selfTimes } from './selfTime';

/** `origin` becomes moment 0. Lanes, links and the story's end are filled in by build.ts. */
export function gather(draft: Draft, parent: Int32Array, arrangement: Arrangement, origin: number): TraceModel {
  const { order, rowOf, depth, size, lanes } = arrangement;
  const laneAt = new Map(lanes.map((lane, at) => [lane, at]));
  const start = Float64Array.from(order, (span) => draft.start[span] - origin);
  const end = Float64Array.from(order, (span) => draft.end[span] - origin);
  const parents = Int32Array.from(order, (span) => (parent[span] < 0 ? -1 : rowOf[parent[span]]));
  const events = gatherEvents(draft, order, origin);
  return {
    originNs: unixNs(draft.originNs, origin),
    endNs: 0,
    nowNs: null,
    count: order.length,
    start,
    end,
    parent: parents,
    size,
    depth,
    lane: Uint16Array.from(order, (span) => laneAt.get(draft.lane[span]) ?? 0),
    flags: Uint32Array.from(order, (span) => draft.flags[span]),
    outcome: Uint8Array.from(order, (span) => draft.outcome[span]),
    trace: Uint16Array.from(order, (span) => draft.trace[span]),
    position: Int32Array.from(order, (span) => (draft.flags[span] & Flag.missing ? -1 : span)),
    idHigh: Uint32Array.from(order, (span) => Number.parseInt(draft.ids[span].slice(0, 8), 16)),
    idLow: Uint32Array.from(order, (span) => Number.parseInt(draft.ids[span].slice(8, 16), 16)),
    pnl: Float64Array.from(order, (span) => draft.pnl[span]),
    selfTime: selfTimes(parents, start, end),
    name: Uint32Array.from(order, (span) => draft.name[span]),
    message: Uint32Array.from(order, (span) => draft.message[span]),
    money: Uint32Array.from(order, (span) => draft.money[span]),
    ...events,
    linkHolder: new Int32Array(0),
    linkTarget: new Int32Array(0),
    strings: draft.strings.all,
    lanes: [],
    traces: draft.traces,
  };
}

function gatherEvents(draft: Draft, order: Uint32Array, origin: number) {
  const total = draft.eventTime.length;
  const eventFrom = new Uint32Array(order.length + 1);
  const eventTime = new Float64Array(total);
  const eventName = new Uint32Array(total);
  let to = 0;
  order.forEach((span, row) => {
    for (let event = span === 0 ? 0 : draft.eventEnd[span - 1]; event < draft.eventEnd[span]; event++, to++) {
      eventTime[to] = draft.eventTime[event] - origin;
      eventName[to] = draft.eventName[event];
    }
    eventFrom[row + 1] = to;
  });
  return { eventFrom, eventTime, eventName };
}
