/** What can be filtered by from one decision: the menu behind `f`. */
import type { Outcome, TraceSummary } from '../api/types';
import { duration } from '../format';
import { outcomeWord } from '../outcome';
import type { Filter } from './filter';

export interface Facet {
  label: string;
  value: string;
  filter?: Partial<Filter>;
  outcome?: Outcome;
  attribute?: { key: string; value: string };
}

/** Where the reason comes from, in what is no decision. */
const ABOUT: ReadonlyMap<string, readonly [label: string, key: string]> = new Map([
  ['pf.monitor.run', ['job', 'pf.monitor.slug']],
  ['pf.agent.marker', ['change', 'pf.marker.change']],
]);

export function facetsOf(trace: TraceSummary): Facet[] {
  const facets: Facet[] = [
    { label: 'agent', value: trace.agent, filter: { agent: trace.agent } },
    { label: 'outcome', value: outcomeWord(trace.outcome), outcome: trace.outcome },
  ];
  if (trace.asset) facets.push({ label: 'asset', value: trace.asset, filter: { asset: trace.asset } });
  if (trace.status === 'error') facets.push({ label: 'status', value: 'error', filter: { status: 'error' } });
  if (trace.reason) {
    const [label, key] = ABOUT.get(trace.name) ?? ['reason', 'pf.cycle_reason'];
    facets.push({ label, value: trace.reason, attribute: { key, value: trace.reason } });
  }
  if (trace.strategy)
    facets.push({ label: 'strategy', value: trace.strategy, attribute: { key: 'pf.strategy', value: trace.strategy } });
  const ms = Math.floor(trace.duration_ns / 1e6);
  if (ms > 0) facets.push({ label: 'took at least', value: duration(ms * 1e6), filter: { minDurationMs: String(ms) } });
  if (trace.order_id)
    facets.push({ label: 'order', value: trace.order_id, attribute: { key: 'pf.order_id', value: trace.order_id } });
  return facets;
}

export function applyFacet(filter: Filter, facet: Facet): Filter {
  const { attribute } = facet;
  const attributes = attribute
    ? [...filter.attributes.filter((each) => each.key !== attribute.key), attribute]
    : filter.attributes;
  return { ...filter, ...facet.filter, attributes };
}
