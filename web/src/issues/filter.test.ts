import { describe, expect, it } from 'vitest';
import { chipsOf, NO_FILTER, readFilter, readTerms, withValue, writeFilter } from './filter';

describe('the terms of the box', () => {
  it.each([
    ['level:fatal', { level: 'fatal' }],
    ['release:agent@2.1.1 environment:production', { release: 'agent@2.1.1', environment: 'production' }],
    ['agent:"my agent"', { agent: 'my agent' }],
    ['assignee:none', { assignee: 'none' }],
    ['tag:side:buy', { tags: ['side:buy'] }],
    ['pf.asset:BTC pf.asset:BTC', { tags: ['pf.asset:BTC'] }],
    ['no answer', { text: 'no answer' }],
    ['venue level:error down', { level: 'error', text: 'venue down' }],
    ['https://venue', { text: 'https://venue' }],
  ])('%s', (line, expected) => {
    expect(readTerms(NO_FILTER, line)).toMatchObject({ problems: [], filter: { ...NO_FILTER, ...expected } });
  });

  it.each([
    ['level:loud', 'level is fatal, error, warning, info or debug, not "loud"'],
    ['release:', 'release: needs a value'],
    ['tag:side', 'A tag is name:value, not "side"'],
  ])('says what is wrong with %s', (line, problem) => {
    expect(readTerms(NO_FILTER, line).problems).toEqual([problem]);
  });

  it('replaces a field that is given anew, and keeps the others', () => {
    const filter = { ...NO_FILTER, level: 'error', agent: 'a' };
    expect(readTerms(filter, 'level:fatal').filter).toMatchObject({ level: 'fatal', agent: 'a' });
  });
});

it('is the same after a way through the address', () => {
  const filter = { ...NO_FILTER, level: 'error', tags: ['pf.asset:BTC', 'url:http://x'], text: 'a b' };
  const search = new URLSearchParams('sel=3&level=info&tag=old:1');
  writeFilter(search, filter);
  expect(readFilter(search)).toEqual(filter);
  expect(search.get('sel')).toBe('3');
});

it('every part but the text is a chip, whose term makes it again', () => {
  const filter = { ...NO_FILTER, release: 'my agent@1', tags: ['side:buy', 'pf.asset:BTC'], text: 'x' };
  const chips = chipsOf(filter);
  expect(chips.map(({ term }) => term)).toEqual(['release:"my agent@1"', 'tag:side:buy', 'pf.asset:BTC']);
  expect(chips[1].without.tags).toEqual(['pf.asset:BTC']);
  for (const { term, without } of chips) expect(chipsOf(readTerms(without, term).filter)).toHaveLength(3);
});

it('a tag that is a field of its own filters as such', () => {
  expect(withValue(NO_FILTER, 'release', 'agent@1').release).toBe('agent@1');
  expect(withValue(NO_FILTER, 'side', 'buy').tags).toEqual(['side:buy']);
});
