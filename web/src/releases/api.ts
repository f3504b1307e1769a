/** `/api/v1/releases` and the sessions of a release: their shapes, checked, and the questions. */
import { get, send } from '../api/client';
import { array, integerText, nullable, number, object, oneOf, string, type Decoder } from '../api/decode';

export interface Deploy {
  id: number;
  environment: string;
  name: string | null;
  url: string | null;
  started_ns: string | null;
  finished_ns: string;
}

export interface Commit {
  sha: string;
  repository: string;
  author_name: string | null;
  author_email: string | null;
  message: string | null;
  at_ns: string | null;
}

export interface Money {
  net_usd: string;
  pnl_usd: string;
  fees_usd: string;
  cycles: number;
  orders: number;
  slipped: number;
  slippage_mean_bps: number | null;
  slippage_cost_usd: string;
}

/** How sessions went. `sessions` is the sum of healthy, errored, crashed and abnormal. */
export interface Health {
  sessions: number;
  healthy: number;
  errored: number;
  crashed: number;
  abnormal: number;
  inferred: number;
  running: number;
  users: number;
  crashed_users: number;
  /** Null when there was no session: that is not 100 %. */
  crash_free_sessions_percent: number | null;
  crash_free_users_percent: number | null;
}

export interface HealthPoint extends Health {
  t_ns: string;
}

export interface Sessions {
  from_ns: string;
  to_ns: string;
  step_s: number;
  totals: Health;
  points: HealthPoint[];
}

export interface Operation {
  name: string;
  count: number;
  errors: number;
  p50_ns: number;
  p95_ns: number;
}

export interface ReleaseIssue {
  id: number;
  kind: string;
  title: string;
  culprit: string;
  level: string;
  status: 'unresolved' | 'resolved' | 'archived';
  release_events: number;
  last_seen_ns: string;
}

export interface Release {
  version: string;
  package: string | null;
  short_version: string;
  status: 'open' | 'archived';
  added_ns: string;
  released_ns: string | null;
  first_seen_ns: string | null;
  last_seen_ns: string | null;
  url: string | null;
  last_deploy: Deploy | null;
  deploy_count: number;
  commit_count: number;
}

export interface ReleaseRow extends Release {
  new_issues: number;
  events: number;
  agents: string[];
  health: Health;
  adoption_percent: number | null;
  adoption: 'low' | 'adopted' | 'replaced' | null;
  money: Money;
}

export interface ReleasesAnswer {
  from_ns: string;
  to_ns: string;
  releases: ReleaseRow[];
  next_cursor: string | null;
  environments: string[];
  total: number;
}

export interface ReleaseDetail extends ReleaseRow {
  from_ns: string;
  to_ns: string;
  environments: { environment: string; first_seen_ns: string; last_seen_ns: string }[];
  deploys: Deploy[];
  commits: Commit[];
  new_issue_list: ReleaseIssue[];
  regressed_issues: ReleaseIssue[];
  resolved_issues: ReleaseIssue[];
  previous: string | null;
  operations: Operation[];
}

const VERDICTS = ['better', 'worse', 'alike', 'too_few'] as const;
export type Verdict = (typeof VERDICTS)[number];

const MEASURES = [
  'errors_per_hour',
  'errors_per_1000_cycles',
  'net_per_cycle_usd',
  'slippage_mean_bps',
  'crash_free_sessions_percent',
] as const;
export type MeasureName = (typeof MEASURES)[number];

export interface Measure {
  name: MeasureName;
  a: number | null;
  b: number | null;
  a_sample: number;
  b_sample: number;
  verdict: Verdict;
}

export interface Side {
  version: string;
  active_hours: number;
  events: number;
  health: Health;
  money: Money;
  new_issues: number;
}

export interface ComparedOperation {
  name: string;
  a: Operation | null;
  b: Operation | null;
  verdict: Verdict;
}

export interface Comparison {
  from_ns: string;
  to_ns: string;
  a: Side;
  b: Side;
  measures: Measure[];
  operations: ComparedOperation[];
  new_issues: ReleaseIssue[];
}

const optionalTime = nullable(integerText);

const deploy = object<Deploy>({
  id: number,
  environment: string,
  name: nullable(string),
  url: nullable(string),
  started_ns: optionalTime,
  finished_ns: integerText,
});

const commit = object<Commit>({
  sha: string,
  repository: string,
  author_name: nullable(string),
  author_email: nullable(string),
  message: nullable(string),
  at_ns: optionalTime,
});

const money = object<Money>({
  net_usd: string,
  pnl_usd: string,
  fees_usd: string,
  cycles: number,
  orders: number,
  slipped: number,
  slippage_mean_bps: nullable(number),
  slippage_cost_usd: string,
});

const healthFields = {
  sessions: number,
  healthy: number,
  errored: number,
  crashed: number,
  abnormal: number,
  inferred: number,
  running: number,
  users: number,
  crashed_users: number,
  crash_free_sessions_percent: nullable(number),
  crash_free_users_percent: nullable(number),
};
const health = object<Health>(healthFields);

const sessions = object<Sessions>({
  from_ns: integerText,
  to_ns: integerText,
  step_s: number,
  totals: health,
  points: array(object<HealthPoint>({ ...healthFields, t_ns: integerText })),
});

const operation = object<Operation>({ name: string, count: number, errors: number, p50_ns: number, p95_ns: number });

const issue = object<ReleaseIssue>({
  id: number,
  kind: string,
  title: string,
  culprit: string,
  level: string,
  status: oneOf(['unresolved', 'resolved', 'archived']),
  release_events: number,
  last_seen_ns: integerText,
});
const issues = array(issue);

const releaseFields = {
  version: string,
  package: nullable(string),
  short_version: string,
  status: oneOf(['open', 'archived']),
  added_ns: integerText,
  released_ns: optionalTime,
  first_seen_ns: optionalTime,
  last_seen_ns: optionalTime,
  url: nullable(string),
  last_deploy: nullable(deploy),
  deploy_count: number,
  commit_count: number,
};
const release: Decoder<Release> = object<Release>(releaseFields);

const rowFields = {
  ...releaseFields,
  new_issues: number,
  events: number,
  agents: array(string),
  health,
  adoption_percent: nullable(number),
  adoption: nullable(oneOf(['low', 'adopted', 'replaced'])),
  money,
};

const releasesAnswer = object<ReleasesAnswer>({
  from_ns: integerText,
  to_ns: integerText,
  releases: array(object<ReleaseRow>(rowFields)),
  next_cursor: nullable(string),
  environments: array(string),
  total: number,
});

const releaseDetail = object<ReleaseDetail>({
  ...rowFields,
  from_ns: integerText,
  to_ns: integerText,
  environments: array(object({ environment: string, first_seen_ns: integerText, last_seen_ns: integerText })),
  deploys: array(deploy),
  commits: array(commit),
  new_issue_list: issues,
  regressed_issues: issues,
  resolved_issues: issues,
  previous: nullable(string),
  operations: array(operation),
});

const side = object<Side>({
  version: string,
  active_hours: number,
  events: number,
  health,
  money,
  new_issues: number,
});

const verdict = oneOf(VERDICTS);

const comparison = object<Comparison>({
  from_ns: integerText,
  to_ns: integerText,
  a: side,
  b: side,
  measures: array(
    object<Measure>({
      name: oneOf(MEASURES),
      a: nullable(number),
      b: nullable(number),
      a_sample: number,
      b_sample: number,
      verdict,
    }),
  ),
  operations: array(
    object<ComparedOperation>({ name: string, a: nullable(operation), b: nullable(operation), verdict }),
  ),
  new_issues: issues,
});

const pathOf = (version: string): string => `/api/v1/releases/${encodeURIComponent(version)}`;

export const fetchReleases = (query: string, signal?: AbortSignal): Promise<ReleasesAnswer> =>
  get(`/api/v1/releases?${query}`, releasesAnswer, signal);

export const fetchRelease = (version: string, query: string, signal?: AbortSignal): Promise<ReleaseDetail> =>
  get(`${pathOf(version)}?${query}`, releaseDetail, signal);

export const fetchComparison = (query: string, signal?: AbortSignal): Promise<Comparison> =>
  get(`/api/v1/releases/compare?${query}`, comparison, signal);

export const fetchSessions = (query: string, signal?: AbortSignal): Promise<Sessions> =>
  get(`/api/v1/sessions?${query}`, sessions, signal);

export type ReleaseAction = 'finalize' | 'archive' | 'restore';

export const changeRelease = (version: string, action: ReleaseAction): Promise<Release> =>
  send('PUT', pathOf(version), { action }, release);
