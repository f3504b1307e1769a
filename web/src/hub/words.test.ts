import { describe, expect, it } from 'vitest';
import { pressure, REASONS } from './api';
import { agentWords, bytesWords, codeFor, fateWords, waitingWords, WHY } from './words';

const now = { since_ns: '1', waiting: 0, waiting_bytes: 0, most_bytes: 128 * 1024 * 1024, commits: 0, commit_ms: null, refusals: [] };

describe('what the hub says of whom it turned away', () => {
  it('has words and a next step for every reason', () => {
    for (const reason of REASONS) expect(WHY[reason].what && WHY[reason].then).toBeTruthy();
  });
  it('names the option or command of the next step', () => {
    expect(codeFor({ reason: 'quota', kind: 'traces' })).toBe('--quota-spans-per-s');
    expect(codeFor({ reason: 'quota', kind: 'envelopes' })).toBe('--quota-events-per-s');
    expect(codeFor({ reason: 'busy', kind: 'traces' })).toBeNull();
  });
  it('says what waits', () => {
    expect(waitingWords(now)).toBe('Nothing waits to be stored.');
    expect(waitingWords({ ...now, waiting: 1, waiting_bytes: 700 })).toBe(
      '1 request waits to be stored: 700 B of the 128 MiB that may.',
    );
    expect(waitingWords({ ...now, waiting: 1200, waiting_bytes: 6_500_000 })).toContain('requests wait to be stored: 6.2 MiB');
  });
  it('names who cannot be named', () => {
    expect(['', 'others', 'a'].map(agentWords)).toEqual(['not said', 'others, together', 'a']);
  });
  it('tells what is lost from what comes again', () => {
    expect([true, false].map((comes_again) => fateWords({ comes_again }))).toEqual([
      'told to come again',
      'lost, unless sent again',
    ]);
  });
  it('counts bytes', () => {
    expect([0, 1023, 2048, 1024 ** 2, 64 * 1024 ** 2].map(bytesWords)).toEqual(['0 B', '1,023 B', '2 KiB', '1.0 MiB', '64 MiB']);
  });
  it('reads the answer, and refuses a reason it has no words for', () => {
    const row = { agent: 'a', kind: 'traces', reason: 'busy', comes_again: true, requests: 2, last_ns: '5' };
    expect(pressure({ ...now, refusals: [row] }).refusals[0].reason).toBe('busy');
    expect(() => pressure({ ...now, refusals: [{ ...row, reason: 'mood' }] })).toThrow('reason');
  });
});
