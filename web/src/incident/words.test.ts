import { describe, expect, it } from 'vitest';
import { aboutWords, deedWords, escalatedWords, nobodyWords } from './words';

const deed = (kind: string, text = '', actor: string | null = null) => deedWords({ id: 1, at_ns: '0', kind, actor, text });

describe('the history says what happened', () => {
  it.each([
    ['fired', null, 'P99 is 3 s', { words: 'Fired', text: 'P99 is 3 s' }],
    [
      'escalated',
      null,
      'from warning to critical because 25.0% of 40 failed, more than 20.0%',
      { words: 'Escalated from warning to critical', text: '25.0% of 40 failed, more than 20.0%' },
    ],
    ['escalated', null, 'x', { words: 'Escalated', text: 'x' }],
    ['told', null, 'pager: escalate', { words: 'Told pager: it is critical now', text: '' }],
    ['acknowledged', 'ana', '', { words: 'ana acknowledged it', text: '' }],
    ['muted', 'ana', 'until 2026-11-30 15:00:00 UTC', { words: 'ana muted it until 2026-11-30 15:00:00 UTC', text: '' }],
    ['muted', 'ana', 'no longer', { words: 'ana unmuted it', text: '' }],
    ['note', 'ana', 'Rolled back.', { words: 'ana noted', text: 'Rolled back.' }],
    ['told', null, 'chat: trigger', { words: 'Told chat: it fires', text: '' }],
    ['told', null, 'by hand', { words: 'Told by hand', text: '' }],
    ['not_told', null, 'chat: HTTP 404', { words: 'Not told: chat: HTTP 404', text: '' }],
    ['resolved', null, 'good again', { words: 'Resolved', text: 'good again' }],
    ['resolved', 'ana', '', { words: 'ana resolved it', text: '' }],
    ['other', null, 'x', { words: 'other', text: 'x' }],
  ])('%s', (kind, actor, text, words) => expect(deed(kind, text, actor)).toEqual(words));
});

it.each([
  [null, ''],
  [
    { at_ns: '0', from: 'warning', why: 'it is open for 900 s and nobody has acknowledged it' },
    'Escalated from warning to critical because it is open for 900 s and nobody has acknowledged it.',
  ],
] as const)('how it became critical', (escalated, words) => expect(escalatedWords({ escalated, severity: 'critical' })).toBe(words));

it.each([
  [{ firing: [1, 2], resolved: [3], is_test: false }, '2 incidents, 1 incident over'],
  [{ firing: [], resolved: [3], is_test: false }, '1 incident over'],
  [{ firing: [], resolved: [], is_test: true }, 'a test'],
])('what a message is about', (message, words) => expect(aboutWords(message)).toBe(words));

it.each([
  [{ muted: false, status: 'open' }, 'Nobody yet.'],
  [{ muted: true, status: 'open' }, 'Nobody: it is muted.'],
  [{ muted: false, status: 'resolved' }, 'Nobody.'],
] as const)('of %o who was told', (incident, words) => expect(nobodyWords(incident)).toBe(words));
