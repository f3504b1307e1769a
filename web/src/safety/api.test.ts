import { describe, expect, it } from 'vitest';
import { safety } from './api';
import { agent, answer, open, thing } from './fixtures';

describe('the answer', () => {
  it('is taken as it is', () => {
    const found = answer([agent({ open: open({ things: [thing('unknown', null)] }) })]);
    expect(safety(found)).toEqual(found);
  });

  it('is refused where it calls an agent what this page does not know', () => {
    const broken = answer([agent({ alive: 'healthy' as 'alive' })]);
    expect(() => safety(broken)).toThrow('agents[0].alive should be one of alive, late, silent, ended, unknown');
  });
});
