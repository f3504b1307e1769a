/** How an issue stands and how it came to that, in a sentence; and each line of its activity in words. */
import { count, plural } from '../format';
import { ago, msOf } from '../time';
import type { Activity, Archive, Issue, Resolution } from './shapes';

const by = (actor: string | null): string => (actor === null ? '' : ` by ${actor}`);

/** `Regressed in agent@2.1.1, 4 min ago` */
export function standing(issue: Issue, now: number): string {
  const when = (ns: string): string => ago(msOf(ns), now);
  const { resolution, archive } = issue;
  if (resolution) return `Resolved${by(resolution.actor)}${resolvedWords(resolution)}, ${when(resolution.at_ns)}`;
  if (archive) return `Archived${by(archive.actor)} ${archivedWords(archive)}, ${when(archive.at_ns)}`;
  if (issue.substatus === 'new') {
    return `New${issue.first_release ? ` in ${issue.first_release}` : ''}, first seen ${when(issue.first_seen_ns)}`;
  }
  const deed = issue.activity.find(({ kind }) => kind === issue.substatus);
  if (issue.substatus === 'regressed') {
    const release = typeof deed?.detail.release === 'string' ? ` in ${deed.detail.release}` : '';
    return `Regressed${release}${deed ? `, ${when(deed.at_ns)}` : ''}`;
  }
  if (issue.substatus === 'escalating') {
    return `Escalating${deed ? `, ${when(deed.at_ns)}` : ''}: more events an hour than were forecast`;
  }
  return `Ongoing, first seen ${when(issue.first_seen_ns)}`;
}

function resolvedWords({ kind, release }: Resolution): string {
  if (kind === 'now') return '';
  if (release === null) return ' in the next release';
  return kind === 'release' ? ` in ${release}` : ` in the release after ${release}`;
}

function archivedWords({ kind, events, users, until_ns, limit }: Archive): string {
  if (kind === 'forever') return 'forever';
  if (kind === 'until_escalating') {
    return limit === null ? 'until it escalates' : `until more than ${plural(limit, 'event')} come in an hour`;
  }
  const conditions = [
    events !== null && `${count(events)} more events`,
    users !== null && `${count(users)} more users`,
    until_ns !== null && `${new Date(msOf(until_ns)).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return `until ${conditions.filter(Boolean).join(' or ')}`;
}

const IN: Record<string, string> = { in_next_release: 'in the next release', in_release: 'in', now: '' };
const UNTIL: Record<string, string> = {
  until_escalating: 'until it escalates',
  forever: 'forever',
  until_condition_met: 'until a condition is met',
};

/** `ana resolved it in agent@2.1.0`; a comment's text stands by itself. */
export function deedWords({ kind, actor, detail }: Activity): string {
  const who = actor ?? 'The hub';
  const text = (name: string): string => (typeof detail[name] === 'string' ? detail[name] : '');
  const release = text('release') && ` in ${text('release')}`;
  const others = Array.isArray(detail.issues) ? detail.issues.length : 0;
  switch (kind) {
    case 'first_seen':
      return `First seen${release}`;
    case 'regressed':
      return `Came back${release}`;
    case 'escalating':
      return 'Escalates';
    case 'ongoing':
      return 'No longer new';
    case 'resolved':
      return [`${who} resolved it`, IN[text('in')], text('release'), text('reason')].filter(Boolean).join(' ');
    case 'unresolved':
      return actor === null ? `Open again${text('reason') && `: ${text('reason')}`}` : `${who} opened it again`;
    case 'archived':
      return [`${who} archived it`, UNTIL[text('until')]].filter(Boolean).join(' ');
    case 'assigned':
      return text('assignee') ? `${who} assigned it to ${text('assignee')}` : `${who} assigned it to nobody`;
    case 'merged':
      return `${who} merged ${plural(others, 'issue')} into it`;
    case 'unmerged':
      return `${who} took ${plural(others, 'issue')} out of it`;
    case 'comment':
      return who;
  }
}
