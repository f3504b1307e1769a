/** Issues for tests. */
import type { IssueCounts, IssuePage, IssueRow } from './shapes';

export const issueRow = (change: Partial<IssueRow> = {}): IssueRow => ({
  id: 1,
  project: 1,
  kind: 'error',
  title: 'VenueDown: no answer',
  culprit: 'agent.loop in place_order',
  level: 'error',
  status: 'unresolved',
  substatus: 'new',
  events: 3,
  last_seen_ns: '1700000000000000000',
  type: 'VenueDown',
  value: 'no answer',
  platform: 'python',
  priority: 'medium',
  users: 1,
  first_seen_ns: '1699999940000000000',
  first_release: 'agent@2.1.0',
  last_release: 'agent@2.1.1',
  assignee: null,
  agents: ['vol-arb-1'],
  hourly: Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 3 : 0)),
  ...change,
});

const COUNTS: IssueCounts = { all: 9, unresolved: 9, resolved: 0, archived: 0, new: 9, ongoing: 0, escalating: 0, regressed: 0 };

export const issuePage = (ids: readonly number[], next_cursor: string | null = null, change: Partial<IssueRow> = {}): IssuePage => ({
  issues: ids.map((id) => issueRow({ id, ...change })),
  next_cursor,
  counts: COUNTS,
});
