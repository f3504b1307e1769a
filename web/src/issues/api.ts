/** The questions about issues, and the ways to change them. */
import { get, send } from '../api/client';
import { array, nullable, object, string } from '../api/decode';
import { issuePage, issueRow, type IssuePage, type IssueRow } from './shapes';

export const fetchIssues = (query: URLSearchParams, signal?: AbortSignal): Promise<IssuePage> =>
  get(`/api/v1/issues?${query.toString()}`, issuePage, signal);

/** What can be done to issues, one or many, as the hub takes it. */
export type Change =
  | { action: 'resolve'; in: 'now' | 'next_release' }
  | { action: 'resolve'; in: 'release'; release: string }
  | { action: 'archive'; until: 'escalating' | 'forever' }
  | { action: 'archive'; until: 'condition'; events: number }
  | { action: 'unresolve' }
  | { action: 'assign'; assignee: string | null };

const rows = object<{ issues: IssueRow[] }>({ issues: array(issueRow) });

/** All of them are changed, or none. */
export const changeIssues = (ids: readonly number[], change: Change): Promise<{ issues: IssueRow[] }> =>
  send('PUT', '/api/v1/issues', { ids, change }, rows);

/** The others become part of `into`. */
export const mergeIssues = (into: number, ids: readonly number[]): Promise<IssueRow> =>
  send('POST', `/api/v1/issues/${into}/merge`, { ids }, issueRow);

interface Key {
  dsn: string;
  revoked_ns: string | null;
}
const keys = object<{ keys: Key[] }>({ keys: array(object<Key>({ dsn: string, revoked_ns: nullable(string) })) });

/** Where Sentry's clients send to; null when every key was revoked. */
export const fetchDsn = async (signal?: AbortSignal): Promise<string | null> =>
  (await get('/api/v1/keys', keys, signal)).keys.find(({ revoked_ns }) => revoked_ns === null)?.dsn ?? null;
