/** An issue, an event and frames for tests. */
import { issueRow } from '../issues/fixtures';
import type { Activity, Crumb, Frame, Issue, IssueEvent } from './shapes';

export const issue = (change: Partial<Issue> = {}): Issue => ({
  ...issueRow(),
  hourly_from_ns: '1699916400000000000',
  users_hourly: Array.from({ length: 24 }, () => 0),
  daily: Array.from({ length: 14 }, () => 0),
  daily_from_ns: '1698796800000000000',
  tags: [],
  releases: [],
  environments: [],
  groups: [],
  activity: [],
  resolution: null,
  archive: null,
  merged_from: [],
  similar: [],
  ...change,
});

export const deed = (change: Partial<Activity>): Activity => ({
  id: 1,
  at_ns: '1700000000000000000',
  kind: 'comment',
  actor: null,
  text: null,
  detail: {},
  ...change,
});

export const frame = (change: Partial<Frame> = {}): Frame => ({
  function: 'place_order',
  module: 'agent.loop',
  filename: 'agent/loop.py',
  abs_path: '',
  line: 41,
  column: null,
  in_app: true,
  source: [],
  at: null,
  vars: [],
  ...change,
});

export const crumb = (change: Partial<Crumb> = {}): Crumb => ({
  time_ns: null,
  type: 'default',
  category: 'http',
  level: 'info',
  message: 'GET /book',
  data: {},
  ...change,
});

export const event = (change: Partial<IssueEvent> = {}): IssueEvent => ({
  event_id: 'a'.repeat(32),
  time_ns: '1700000000000000000',
  level: 'error',
  title: 'VenueDown: no answer',
  culprit: '',
  transaction: '',
  release: null,
  environment: null,
  agent: null,
  user: null,
  trace_id: null,
  span_id: null,
  previous: null,
  next: null,
  received_ns: '1700000000000000000',
  message: '',
  platform: 'python',
  logger: '',
  server_name: '',
  dist: '',
  sdk: '',
  exceptions: [],
  stack: null,
  breadcrumbs: [],
  agent_state: null,
  contexts: {},
  request: null,
  user_detail: null,
  extra: {},
  tags: [],
  fingerprint: [],
  attachments: [],
  same_decision: [],
  notes: [],
  ...change,
});
