/** What the hub answers about releases, and about the sessions of one. Decoded by api.ts. */

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

export const VERDICTS = ['better', 'worse', 'alike', 'too_few'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const MEASURES = [
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
