/** Pieces of answers for tests. */
import type { Deploy, Health, HealthPoint, Operation } from './types';

export const health = (of: Partial<Health> = {}): Health => ({
  sessions: 0,
  healthy: 0,
  errored: 0,
  crashed: 0,
  abnormal: 0,
  inferred: 0,
  running: 0,
  users: 0,
  crashed_users: 0,
  crash_free_sessions_percent: null,
  crash_free_users_percent: null,
  ...of,
});

const HOUR_NS = 3_600_000_000_000n;

/** The step that begins `hour` hours after 1970. */
export const point = (hour: number, of: Partial<Health> = {}): HealthPoint => ({
  ...health(of),
  t_ns: String(BigInt(hour) * HOUR_NS),
});

export const deploy = (id: number, environment: string, hour: number): Deploy => ({
  id,
  environment,
  name: null,
  url: null,
  started_ns: null,
  finished_ns: String(BigInt(Math.round(hour * 60)) * (HOUR_NS / 60n)),
});

export const operation = (name: string, p95_ns: number): Operation => ({ name, count: 200, errors: 0, p50_ns: p95_ns, p95_ns });
