import { describe, expect, it } from 'vitest';
import { withLastTerm } from '../ui/terms';
import { suggest } from './suggest';

describe('suggest', () => {
  const known = { agents: ['vol-arb-1', 'eth momentum'], assets: ['BTC', 'ETH'] };
  const terms = (input: string): string[] => suggest(input, known).map(({ term }) => term);

  it('offers the fields on an empty line', () => expect(terms('')).toContain('agent:'));
  it('offers the values of a field', () => {
    expect(terms('agent:')).toEqual(['agent:vol-arb-1', 'agent:"eth momentum"']);
    expect(terms('low asset:b')).toEqual(['asset:BTC']);
    expect(terms('status:')).toEqual(['status:error', 'status:ok', 'status:unset']);
  });
  it('offers agents by any part of their name', () => expect(terms('arb')).toEqual(['agent:vol-arb-1']));
  it('has nothing to add to a whole value', () => expect(terms('asset:BTC')).toEqual([]));
  it('replaces the last term only', () => expect(withLastTerm('low ass', 'asset:')).toBe('low asset:'));
});
