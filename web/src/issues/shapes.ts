/** `/api/v1/issues` as the browser sees it: its types, and the decoders that check them. */
import { array, integerText, nullable, number, object, oneOf, string, type Decoder } from '../api/decode';

export const LEVELS = ['fatal', 'error', 'warning', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

export const KINDS = ['error', 'message', 'monitor'] as const;
export const STATUSES = ['unresolved', 'resolved', 'archived'] as const;
export const SUBSTATUSES = [
  'new',
  'ongoing',
  'escalating',
  'regressed',
  'until_escalating',
  'until_condition_met',
  'forever',
] as const;
export type Substatus = (typeof SUBSTATUSES)[number];

/** An issue, named: enough for a line that leads to it. */
export interface IssueLink {
  id: number;
  project: number;
  kind: (typeof KINDS)[number];
  title: string;
  /** Where it happens; empty when unknown. */
  culprit: string;
  level: Level;
  status: (typeof STATUSES)[number];
  /** Null when it is resolved. */
  substatus: Substatus | null;
  events: number;
  last_seen_ns: string;
}

export interface IssueRow extends IssueLink {
  /** The exception's class; empty for a message. */
  type: string;
  value: string;
  platform: string;
  priority: 'high' | 'medium' | 'low';
  users: number;
  first_seen_ns: string;
  first_release: string | null;
  last_release: string | null;
  assignee: string | null;
  agents: string[];
  /** Events of each of the last 24 hours, the present one last. */
  hourly: number[];
}

export interface IssueCounts {
  all: number;
  unresolved: number;
  resolved: number;
  archived: number;
  new: number;
  ongoing: number;
  escalating: number;
  regressed: number;
}

export interface IssuePage {
  issues: IssueRow[];
  next_cursor: string | null;
  /** For the same filters, whatever status and cursor say. */
  counts: IssueCounts;
}

const link = {
  id: number,
  project: number,
  kind: oneOf(KINDS),
  title: string,
  culprit: string,
  level: oneOf(LEVELS),
  status: oneOf(STATUSES),
  substatus: nullable(oneOf(SUBSTATUSES)),
  events: number,
  last_seen_ns: integerText,
};
export const issueLink: Decoder<IssueLink> = object<IssueLink>(link);

/** The fields of a row, for answers that hold more than a row. */
export const rowFields = {
  ...link,
  type: string,
  value: string,
  platform: string,
  priority: oneOf(['high', 'medium', 'low']),
  users: number,
  first_seen_ns: integerText,
  first_release: nullable(string),
  last_release: nullable(string),
  assignee: nullable(string),
  agents: array(string),
  hourly: array(number),
};
export const issueRow = object<IssueRow>(rowFields);

export const issuePage = object<IssuePage>({
  issues: array(issueRow),
  next_cursor: nullable(string),
  counts: object<IssueCounts>({
    all: number,
    unresolved: number,
    resolved: number,
    archived: number,
    new: number,
    ongoing: number,
    escalating: number,
    regressed: number,
  }),
});
