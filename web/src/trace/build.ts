/** Turns a draft into the model: parents, clocks, order of rows, then every column in that order. */
import { type Arrangement, arrange } from './arrange';
import type { Draft } from './draft';
import { gather } from './gather';
import { nsSince } from './instant';
import { Flag, type Lane, type TraceModel } from './model';
import { resolveParents } from './parents';
import { type CrossEdge, laneShifts } from './skew';

/** How long after its last sign of life an unfinished story is still drawn up to now. */
const STALE_AFTER_NS = 3600e9;

export interface BuildOptions {
  /** Unix time at which the answer arrived, in nanoseconds, as a decimal string. */
  receivedNs: string;
  /** Money or spans are still expected. */
  unfinished: boolean;
}

export function buildModel(draft: Draft, { receivedNs, unfinished }: BuildOptions): TraceModel {
  const parent = resolveParents(draft, unfinished);
  const links = resolveLinks(draft);
  const shifts = moveLanes(draft, parent, links);
  const origin = draft.start.reduce((least, each) => Math.min(least, each), Infinity);
  const lastNs = draft.end.reduce((most, each) => Math.max(most, each), -Infinity);
  const nowNs = storyNow(draft, receivedNs, lastNs, unfinished);
  closeOpenSpans(draft, nowNs ?? lastNs);

  const arrangement = arrange({
    parent,
    start: draft.start,
    end: draft.end,
    lane: draft.lane,
    venues: draft.lanes.map((lane) => lane.venue),
  });
  const model = gather(draft, parent, arrangement, Number.isFinite(origin) ? origin : 0);
  model.lanes = describeLanes(draft, arrangement, shifts);
  model.endNs = Math.max(0, (nowNs ?? lastNs) - origin) || 0;
  model.nowNs = nowNs === null ? null : nowNs - origin;
  placeLinks(model, links, arrangement);
  return model;
}

/** Now on the draft's clock; null when the story is over or has been silent for so long that now says nothing. */
function storyNow(draft: Draft, receivedNs: string, lastNs: number, unfinished: boolean): number | null {
  const open = unfinished || draft.flags.some((flags) => flags & Flag.open);
  if (!open || draft.origin === null) return null;
  const now = Math.max(lastNs, nsSince(draft.origin, receivedNs));
  return now - lastNs > STALE_AFTER_NS ? null : now;
}

function closeOpenSpans(draft: Draft, at: number): void {
  draft.flags.forEach((flags, span) => {
    if (flags & Flag.open) draft.end[span] = Math.max(draft.end[span], at);
  });
}

interface ResolvedLinks {
  holder: number[];
  target: number[];
}

function resolveLinks(draft: Draft): ResolvedLinks {
  const indexOf = new Map<string, number>();
  if (draft.linkKey.length > 0) draft.ids.forEach((id, span) => indexOf.set(`${draft.trace[span]}/${id}`, span));
  const links: ResolvedLinks = { holder: [], target: [] };
  draft.linkKey.forEach((key, link) => {
    const target = indexOf.get(key);
    if (target === undefined) return;
    links.holder.push(draft.linkHolder[link]);
    links.target.push(target);
    draft.flags[target] |= Flag.linkedFrom;
  });
  return links;
}

function moveLanes(draft: Draft, parent: Int32Array, links: ResolvedLinks): Float64Array {
  const edges: CrossEdge[] = [];
  const addEdge = (cause: number, effect: number, waited: boolean) => {
    if (draft.lane[cause] === draft.lane[effect] || draft.flags[cause] & Flag.missing) return;
    edges.push({
      causeLane: draft.lane[cause],
      effectLane: draft.lane[effect],
      causeStart: draft.start[cause],
      causeEnd: draft.end[cause],
      effectStart: draft.start[effect],
      effectEnd: draft.end[effect],
      waited,
    });
  };
  parent.forEach((above, span) => {
    if (above >= 0) addEdge(above, span, (draft.flags[above] & Flag.client) !== 0 && !(draft.flags[above] & Flag.open));
  });
  links.holder.forEach((holder, link) => addEdge(links.target[link], holder, false));
  const shifts = laneShifts(draft.lanes.length, edges);
  if (shifts.some((shift) => shift !== 0)) shiftTimes(draft, shifts);
  return shifts;
}

function shiftTimes(draft: Draft, shifts: Float64Array): void {
  let event = 0;
  for (let span = 0; span < draft.count; span++) {
    const shift = shifts[draft.lane[span]];
    draft.start[span] += shift;
    draft.end[span] += shift;
    for (; event < draft.eventEnd[span]; event++) draft.eventTime[event] += shift;
  }
}

function describeLanes(draft: Draft, { lanes, laneFirst, order }: Arrangement, shifts: Float64Array): Lane[] {
  return lanes.map((index, at) => {
    const { agent, service, release, venue } = draft.lanes[index];
    const end = laneFirst[at + 1] ?? order.length;
    return { agent, service, release, venue, first: laneFirst[at], end, skewNs: shifts[index] };
  });
}

function placeLinks(model: TraceModel, links: ResolvedLinks, { rowOf }: Arrangement): void {
  model.linkHolder = Int32Array.from(links.holder, (span) => rowOf[span]);
  model.linkTarget = Int32Array.from(links.target, (span) => rowOf[span]);
}
