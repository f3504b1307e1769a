/** `/api/v1/releases` and the sessions of a release: their shapes, checked, and the questions. */
import { get, send } from '../api/client';
import { array, integerText, nullable, number, object, oneOf, string, type Decoder } from '../api/decode';
import {
  MEASURES,
  VERDICTS,
  type Commit,
  type ComparedOperation,
  type Comparison,
  type Deploy,
  type Health,
  type HealthPoint,
  type Measure,
  type Money,
  type Operation,
  type Release,
  type ReleaseDetail,
  type ReleaseIssue,
  type ReleaseRow,
  type ReleasesAnswer,
  type Sessions,
  type Side,
} from './types';

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
