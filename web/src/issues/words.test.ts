import { expect, it } from 'vitest';
import { doneWords } from './describe';
import { age, courseWords, isLoud, stateWord } from './words';

it.each([
  ['unresolved', 'regressed', 'Regressed', true],
  ['unresolved', 'ongoing', 'Ongoing', false],
  ['archived', 'until_escalating', 'Archived', false],
  ['resolved', null, 'Resolved', false],
] as const)('%s, %s', (status, substatus, word, loud) => {
  expect(stateWord({ status, substatus })).toBe(word);
  expect(isLoud({ status, substatus })).toBe(loud);
});

it.each([
  [0, '0 s'],
  [59_000, '59 s'],
  [240_000, '4 min'],
  [7_200_000, '2 h'],
  [86_400_000 * 1200, '1,200 d'],
  [-5_000, '0 s'],
])('an age of %i ms is %s', (ms, words) => expect(age(1e13 - ms, 1e13)).toBe(words));

it('says what a chart shows', () => {
  expect(courseWords([0, 0], '24 h', 'hour')).toBe('No events in 24 h');
  expect(courseWords([1, 12, 0], '24 h', 'hour')).toBe('13 events in 24 h, most in one hour 12');
});

it.each([
  [1, { action: 'resolve', in: 'next_release' }, '1 issue resolved in the next release'],
  [2, { action: 'resolve', in: 'release', release: 'agent@2' }, '2 issues resolved in agent@2'],
  [3, { action: 'archive', until: 'condition', events: 100 }, '3 issues archived until 100 more events'],
  [1, { action: 'unresolve' }, '1 issue open again'],
  [1, { action: 'assign', assignee: null }, '1 issue assigned to nobody'],
] as const)('%i: %o', (issues, change, words) => expect(doneWords(issues, change)).toBe(words));
