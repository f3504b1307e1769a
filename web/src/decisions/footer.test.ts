import { describe, expect, it } from 'vitest';
import { howMany } from './Footer';
import { page } from './fixtures';

describe('how many there are', () => {
  const { counts } = page([]);
  it.each([
    [{ all: 1, decisions: 1 }, null, '1 decision'],
    [{ all: 1200, decisions: 1200 }, null, '1,200 decisions'],
    [{ all: 15, decisions: 12 }, null, '12 decisions, 3 others'],
    [{ all: 1, decisions: 0 }, null, '0 decisions, 1 other'],
    [{ all: 15, decisions: 12, flight: 2 }, 'flight', '2 in flight'],
  ] as const)('%o of %s', (change, outcome, words) => {
    expect(howMany({ ...counts, ...change }, outcome)).toBe(words);
  });
});
