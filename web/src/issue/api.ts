/** The questions about one issue, and what can be said about it. */
import { get, send } from '../api/client';
import { array, object } from '../api/decode';
import { issueRow, type IssueRow } from '../issues/shapes';
import { activity, issue, issueEvent, type Activity, type Issue, type IssueEvent } from './shapes';

export const fetchIssue = (id: number, signal?: AbortSignal): Promise<Issue> =>
  get(`/api/v1/issues/${id}`, issue, signal);

/** `event`: an id, or latest, oldest, recommended. */
export const fetchEvent = (id: number, event: string, signal?: AbortSignal): Promise<IssueEvent> =>
  get(`/api/v1/issues/${id}/events/${encodeURIComponent(event)}`, issueEvent, signal);

export const postComment = (id: number, text: string): Promise<Activity> =>
  send('POST', `/api/v1/issues/${id}/comments`, { text }, activity);

/** The groups go back to the issues that they came from. */
export const unmergeIssue = (id: number, hashes: readonly string[]): Promise<{ issues: IssueRow[] }> =>
  send('POST', `/api/v1/issues/${id}/unmerge`, { hashes }, object<{ issues: IssueRow[] }>({ issues: array(issueRow) }));

/** A file that came with an event, to be saved. */
export const attachmentHref = (id: number, event: string, name: string): string =>
  `/api/v1/issues/${id}/events/${event}/attachments/${name.split('/').map(encodeURIComponent).join('/')}`;
