/** `/api/v1/monitors`: its shapes, checked; what is asked, and what people change. */
import { answer, get, send } from '../api/client';
import { array, boolean, integerText, nullable, number, object, oneOf, string, DecodeError, type Decoder } from '../api/decode';

const STATUSES = ['in_progress', 'ok', 'error', 'missed', 'timeout', 'unknown'] as const;
export type CheckInStatus = (typeof STATUSES)[number];

export const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;

export interface Config {
  schedule_type: 'crontab' | 'interval';
  /** A crontab line, or a number and a unit. */
  schedule: string | [number, string];
  timezone: string;
  checkin_margin: number;
  max_runtime: number;
  failure_issue_threshold: number;
  recovery_threshold: number;
}

export interface Bucket extends Record<CheckInStatus, number> {
  t_ns: string;
}

export interface Incident {
  id: number;
  environment: string;
  started_ns: string;
  resolved_ns: string | null;
  issue: number | null;
}

export interface Lane {
  environment: string;
  status: 'active' | 'ok' | 'error';
  muted: boolean;
  last_check_in_ns: string | null;
  last_status: CheckInStatus | null;
  next_expected_ns: string | null;
  next_latest_ns: string | null;
  uptime_percent: number | null;
  incident: Incident | null;
  timeline: Bucket[];
}

export interface Monitor {
  slug: string;
  name: string;
  project: string;
  config: Config | null;
  schedule_words: string | null;
  config_problem: string | null;
  enabled: boolean;
  muted: boolean;
  added_ns: string;
  environments: Lane[];
}

export interface MonitorsAnswer {
  from_ns: string;
  to_ns: string;
  step_s: number;
  monitors: Monitor[];
}

export interface CheckIn {
  id: string;
  environment: string;
  status: CheckInStatus;
  started_ns: string;
  expected_ns: string | null;
  duration_s: number | null;
  trace_id: string | null;
  release: string | null;
}

export interface MonitorDetail {
  from_ns: string;
  to_ns: string;
  step_s: number;
  monitor: Monitor;
  upcoming_ns: string[];
  check_ins: CheckIn[];
  next_cursor: string | null;
  incidents: Incident[];
}

const optionalTime = nullable(integerText);

const schedule: Decoder<Config['schedule']> = (value) => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') return [value[0], value[1]];
  throw new DecodeError('a crontab line, or a number and a unit', value, '');
};

const config = object<Config>({
  schedule_type: oneOf(['crontab', 'interval']),
  schedule,
  timezone: string,
  checkin_margin: number,
  max_runtime: number,
  failure_issue_threshold: number,
  recovery_threshold: number,
});

const incident = object<Incident>({
  id: number,
  environment: string,
  started_ns: integerText,
  resolved_ns: optionalTime,
  issue: nullable(number),
});

const bucket = object<Bucket>({
  t_ns: integerText,
  ok: number,
  error: number,
  missed: number,
  timeout: number,
  in_progress: number,
  unknown: number,
});

const lane = object<Lane>({
  environment: string,
  status: oneOf(['active', 'ok', 'error']),
  muted: boolean,
  last_check_in_ns: optionalTime,
  last_status: nullable(oneOf(STATUSES)),
  next_expected_ns: optionalTime,
  next_latest_ns: optionalTime,
  uptime_percent: nullable(number),
  incident: nullable(incident),
  timeline: array(bucket),
});

const monitor = object<Monitor>({
  slug: string,
  name: string,
  project: string,
  config: nullable(config),
  schedule_words: nullable(string),
  config_problem: nullable(string),
  enabled: boolean,
  muted: boolean,
  added_ns: integerText,
  environments: array(lane),
});

const monitors = object<MonitorsAnswer>({
  from_ns: integerText,
  to_ns: integerText,
  step_s: number,
  monitors: array(monitor),
});

const detail = object<MonitorDetail>({
  from_ns: integerText,
  to_ns: integerText,
  step_s: number,
  monitor,
  upcoming_ns: array(integerText),
  check_ins: array(
    object<CheckIn>({
      id: string,
      environment: string,
      status: oneOf(STATUSES),
      started_ns: integerText,
      expected_ns: optionalTime,
      duration_s: nullable(number),
      trace_id: nullable(string),
      release: nullable(string),
    }),
  ),
  next_cursor: nullable(string),
  incidents: array(incident),
});

/** A slug is unique within its project, so a project goes with it where one is known. */
export interface Which {
  slug: string;
  project: string | null;
}

function pathOf({ slug, project }: Which, query = new URLSearchParams()): string {
  const search = new URLSearchParams(query);
  if (project) search.set('project', project);
  return `/api/v1/monitors/${encodeURIComponent(slug)}?${search.toString()}`;
}

/** What a person changes; what is left out stays. */
export interface Change {
  name?: string;
  enabled?: boolean;
  config?: Config;
  environments?: Record<string, { muted: boolean }>;
}

export const fetchMonitors = (query: string, signal?: AbortSignal): Promise<MonitorsAnswer> =>
  get(`/api/v1/monitors?${query}`, monitors, signal);

export const fetchMonitor = (which: Which, query: URLSearchParams, signal?: AbortSignal): Promise<MonitorDetail> =>
  get(pathOf(which, query), detail, signal);

export const changeMonitor = (which: Which, change: Change): Promise<MonitorDetail> =>
  send('PUT', pathOf(which), change, detail);

export const deleteMonitor = async (which: Which): Promise<void> => {
  await answer(pathOf(which), undefined, { method: 'DELETE' });
};
