/** An incident for tests: what differs from an open one is said. */
import type { Incident } from './shapes';

export const incidentOf = (more: Partial<Incident>): Incident => ({
  id: 1,
  rule: 'p99-order',
  kind: 'percentile',
  severity: 'error',
  escalated: null,
  status: 'open',
  labels: {},
  agent: 'vol-arb',
  summary: 'vol-arb: P99 of 40 order.pipeline is 2,400 ms, more than 2000 ms',
  value: 2400,
  worst: 3100,
  threshold: 2000,
  unit: 'ms',
  began_ns: '0',
  fired_ns: '0',
  resolved_ns: null,
  resolved_by: null,
  acknowledged_ns: null,
  acknowledged_by: null,
  muted_until_ns: null,
  muted: false,
  told: [],
  ...more,
});
