import { describe, expect, it } from 'vitest';
import { firedWords, problemsOf, recipientWords, stateWords } from './words';

it.each([
  ['firing', 1, 'Firing'],
  ['firing', 3, 'Firing, 3'],
  ['pending', 0, 'Pending'],
  ['ok', 0, 'OK'],
  ['not_judged', 0, 'Off'],
] as const)('%s with %i open', (state, open_incidents, words) => expect(stateWords({ state, open_incidents })).toBe(words));

it.each([
  [[0, 0, 0, 0, 0, 0, 0], 'Has not fired in 7 days'],
  [[0, 0, 0, 0, 0, 0, 1], 'Fired 1 time in 7 days, most on one day 1'],
  [[0, 4, 0, 0, 2, 0, 1], 'Fired 7 times in 7 days, most on one day 4'],
])('how often it fired', (days, words) => expect(firedWords(days)).toBe(words));

it.each([
  [[], 'nobody'],
  [
    [
      { receiver: 'chat', when: 'agent = vol-arb' },
      { receiver: 'pager', when: null },
    ],
    'pager, chat if agent = vol-arb',
  ],
])('who is told', (told, words) => expect(recipientWords(told)).toBe(words));

describe('a broken file', () => {
  it('says where and what was expected there, thing by thing', () =>
    expect(problemsOf('alerts.toml:14: rule "p99": above_ms: expected a number, got "2s"\n/etc/a:b.toml:2: no TOML: x')).toEqual([
      { where: 'alerts.toml:14', what: 'rule "p99": above_ms: expected a number, got "2s"' },
      { where: '/etc/a:b.toml:2', what: 'no TOML: x' },
    ]));
  it('is told as it is where no line is to blame', () =>
    expect(problemsOf('alerts.toml: cannot be read: No such file')).toEqual([
      { where: '', what: 'alerts.toml: cannot be read: No such file' },
    ]));
});
