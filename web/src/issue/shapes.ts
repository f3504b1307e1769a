/** One issue and one of its events, as the browser sees them: types, and the decoders that check them. */
import { array, boolean, integerText, nullable, number, object, oneOf, record, string } from '../api/decode';
import { issueLink, LEVELS, rowFields, type IssueLink, type IssueRow, type Level } from '../issues/shapes';

export interface TagSummary {
  key: string;
  /** Events that have it. */
  events: number;
  distinct: number;
  /** The most frequent first, at most ten. */
  values: { value: string; events: number; percent: number }[];
}

export interface ReleaseSeen {
  release: string;
  environments: string[];
  events: number;
  first_seen_ns: string;
  last_seen_ns: string;
}

export interface Group {
  hash: string;
  about: string;
  events: number;
  /** The issue that it goes back to when it is unmerged. */
  home: number;
}

const DEEDS = [
  'first_seen',
  'ongoing',
  'regressed',
  'escalating',
  'resolved',
  'unresolved',
  'archived',
  'assigned',
  'comment',
  'merged',
  'unmerged',
] as const;

export interface Activity {
  id: number;
  at_ns: string;
  kind: (typeof DEEDS)[number];
  /** Null: the hub itself. */
  actor: string | null;
  text: string | null;
  detail: Record<string, unknown>;
}

export interface Resolution {
  kind: 'now' | 'next_release' | 'release';
  release: string | null;
  at_ns: string;
  actor: string | null;
}

export interface Archive {
  kind: 'until_escalating' | 'until_condition_met' | 'forever';
  events: number | null;
  users: number | null;
  until_ns: string | null;
  /** Until escalating: it is, once an hour has more events than this. */
  limit: number | null;
  at_ns: string;
  actor: string | null;
}

export interface Issue extends IssueRow {
  hourly_from_ns: string;
  users_hourly: number[];
  daily: number[];
  daily_from_ns: string;
  tags: TagSummary[];
  releases: ReleaseSeen[];
  environments: string[];
  groups: Group[];
  /** Comments too, the latest first. */
  activity: Activity[];
  resolution: Resolution | null;
  archive: Archive | null;
  merged_from: IssueLink[];
  similar: IssueLink[];
}

export interface SourceLine {
  number: number | null;
  text: string;
}

export interface Tag {
  key: string;
  value: string;
}

export interface Frame {
  function: string;
  module: string;
  filename: string;
  abs_path: string;
  line: number | null;
  column: number | null;
  in_app: boolean;
  source: SourceLine[];
  /** Which of `source` is the call. */
  at: number | null;
  vars: Tag[];
}

/** The outermost call first. */
export interface Stack {
  frames: Frame[];
  /** Frames in its middle that are not kept. */
  omitted: number;
}

export interface Exception {
  type: string;
  value: string;
  module: string;
  handled: boolean | null;
  mechanism: string | null;
  stack: Stack | null;
}

export interface Crumb {
  time_ns: string | null;
  type: string;
  category: string;
  level: string;
  message: string;
  data: Record<string, unknown>;
}

export interface Attachment {
  name: string;
  content_type: string;
  bytes: number;
}

export interface IssueEvent {
  event_id: string;
  time_ns: string;
  level: Level;
  title: string;
  culprit: string;
  transaction: string;
  release: string | null;
  environment: string | null;
  agent: string | null;
  user: string | null;
  trace_id: string | null;
  span_id: string | null;
  /** The one before it in this issue, and the one after it. */
  previous: string | null;
  next: string | null;
  received_ns: string;
  message: string;
  platform: string;
  logger: string;
  server_name: string;
  dist: string;
  sdk: string;
  /** Outermost cause first: the last is what was caught. */
  exceptions: Exception[];
  stack: Stack | null;
  breadcrumbs: Crumb[];
  agent_state: Record<string, unknown> | null;
  contexts: Record<string, unknown>;
  request: Record<string, unknown> | null;
  user_detail: Record<string, unknown> | null;
  extra: Record<string, unknown>;
  tags: Tag[];
  fingerprint: string[];
  attachments: Attachment[];
  /** Other issues that happened in the same trace. */
  same_decision: IssueLink[];
  /** What the hub could not read of it. */
  notes: Record<string, unknown>[];
}

const tag = object<Tag>({ key: string, value: string });

export const activity = object<Activity>({
  id: number,
  at_ns: integerText,
  kind: oneOf(DEEDS),
  actor: nullable(string),
  text: nullable(string),
  detail: record,
});

export const issue = object<Issue>({
  ...rowFields,
  hourly_from_ns: integerText,
  users_hourly: array(number),
  daily: array(number),
  daily_from_ns: integerText,
  tags: array(
    object<TagSummary>({
      key: string,
      events: number,
      distinct: number,
      values: array(object<TagSummary['values'][number]>({ value: string, events: number, percent: number })),
    }),
  ),
  releases: array(
    object<ReleaseSeen>({
      release: string,
      environments: array(string),
      events: number,
      first_seen_ns: integerText,
      last_seen_ns: integerText,
    }),
  ),
  environments: array(string),
  groups: array(object<Group>({ hash: string, about: string, events: number, home: number })),
  activity: array(activity),
  resolution: nullable(
    object<Resolution>({
      kind: oneOf(['now', 'next_release', 'release']),
      release: nullable(string),
      at_ns: integerText,
      actor: nullable(string),
    }),
  ),
  archive: nullable(
    object<Archive>({
      kind: oneOf(['until_escalating', 'until_condition_met', 'forever']),
      events: nullable(number),
      users: nullable(number),
      until_ns: nullable(integerText),
      limit: nullable(number),
      at_ns: integerText,
      actor: nullable(string),
    }),
  ),
  merged_from: array(issueLink),
  similar: array(issueLink),
});

const stack = object<Stack>({
  frames: array(
    object<Frame>({
      function: string,
      module: string,
      filename: string,
      abs_path: string,
      line: nullable(number),
      column: nullable(number),
      in_app: boolean,
      source: array(object<SourceLine>({ number: nullable(number), text: string })),
      at: nullable(number),
      vars: array(tag),
    }),
  ),
  omitted: number,
});

export const issueEvent = object<IssueEvent>({
  event_id: string,
  time_ns: integerText,
  level: oneOf(LEVELS),
  title: string,
  culprit: string,
  transaction: string,
  release: nullable(string),
  environment: nullable(string),
  agent: nullable(string),
  user: nullable(string),
  trace_id: nullable(string),
  span_id: nullable(string),
  previous: nullable(string),
  next: nullable(string),
  received_ns: integerText,
  message: string,
  platform: string,
  logger: string,
  server_name: string,
  dist: string,
  sdk: string,
  exceptions: array(
    object<Exception>({
      type: string,
      value: string,
      module: string,
      handled: nullable(boolean),
      mechanism: nullable(string),
      stack: nullable(stack),
    }),
  ),
  stack: nullable(stack),
  breadcrumbs: array(
    object<Crumb>({
      time_ns: nullable(integerText),
      type: string,
      category: string,
      level: string,
      message: string,
      data: record,
    }),
  ),
  agent_state: nullable(record),
  contexts: record,
  request: nullable(record),
  user_detail: nullable(record),
  extra: record,
  tags: array(tag),
  fingerprint: array(string),
  attachments: array(object<Attachment>({ name: string, content_type: string, bytes: number })),
  same_decision: array(issueLink),
  notes: array(record),
});
