import { describe, expect, it } from 'vitest';
import {
  addTerms,
  asKnown,
  chipsOf,
  isFiltered,
  NO_FILTER,
  parseFilter,
  parseMilliseconds,
  type Filter,
} from './filter';

const apply = (input: string, filter: Filter = NO_FILTER): Filter => addTerms(filter, parseFilter(input));

describe('parseFilter', () => {
  it('reads fields, attributes and text from one line', () => {
    const parsed = parseFilter('agent:vol-arb-1 asset:btc status:error min:500ms pf.order.state:filled low confidence');
    expect(parsed).toEqual({
      fields: { agent: 'vol-arb-1', asset: 'btc', status: 'error', minDurationMs: '500' },
      attributes: [{ key: 'pf.order.state', value: 'filled' }],
      outcome: null,
      text: 'low confidence',
      problems: [],
    });
  });

  it('keeps spaces inside quotes, in text and in values', () => {
    const parsed = parseFilter('agent:"my agent" "risk net_vega" pf.market:"BTC / USD"');
    expect(parsed.fields.agent).toBe('my agent');
    expect(parsed.text).toBe('risk net_vega');
    expect(parsed.attributes).toEqual([{ key: 'pf.market', value: 'BTC / USD' }]);
  });

  it('takes an unclosed quote to the end', () => expect(parseFilter('"two words').text).toBe('two words'));

  it('splits an attribute at its first colon', () => {
    expect(parseFilter('url.full:http://127.0.0.1:8080/v1').attributes).toEqual([
      { key: 'url.full', value: 'http://127.0.0.1:8080/v1' },
    ]);
    expect(parseFilter('attr:retries:2').attributes).toEqual([{ key: 'retries', value: '2' }]);
  });

  it('takes other words with a colon, and addresses, as text', () => {
    expect(parseFilter('note:this http://host/path 14:32').text).toBe('note:this http://host/path 14:32');
  });

  it.each([
    ['status:bad', 'status is error, ok or unset, not "bad"'],
    ['min:fast', 'min takes a duration such as 500ms or 2s, not "fast"'],
    ['outcome:won', 'outcome is traded, skipped'],
    ['agent:', 'agent: needs a value'],
    ['result:', 'result: needs a value'],
    ['pf.asset:', 'An attribute filter is key:value, not "pf.asset:"'],
    ['attr:retries', 'An attribute filter is key:value, not "retries"'],
  ])('says what is wrong with %s', (input, words) => {
    expect(parseFilter(input).problems[0]).toContain(words);
    expect(parseFilter(input).problems).toHaveLength(1);
  });

  it('never throws, whatever is typed', () => {
    for (const input of ['', '   ', '"', ':', '::', 'a:', ':b', 'attr:', 'attr::', '"":""', 'x.y:', '.:.', 'agent:"']) {
      expect(() => parseFilter(input)).not.toThrow();
    }
  });
});

describe('parseMilliseconds', () => {
  it.each([
    ['500', 500],
    ['500ms', 500],
    ['2s', 2000],
    ['1.5m', 90_000],
    ['820us', 0.82],
    ['>500ms', 500],
    ['>=2s', 2000],
    ['0.1s', 100],
    ['2h', null],
    ['-5ms', null],
  ])('%s is %s', (text, ms) => expect(parseMilliseconds(text)).toBe(ms));
});

describe('filters', () => {
  it('replace a field given again, and collect attributes', () => {
    const first = apply('agent:a pf.x:1');
    const second = apply('agent:b pf.y:2 pf.x:1', first);
    expect(second.agent).toBe('b');
    expect(second.attributes).toEqual([
      { key: 'pf.x', value: '1' },
      { key: 'pf.y', value: '2' },
    ]);
  });

  it('come apart into chips, each of which can be typed again', () => {
    const filter = apply('agent:"my agent" asset:BTC status:ok min:2500ms name:pf.trade.execute result:attr:pf.y:z pf.x:1 attr:retries:2');
    const chips = chipsOf(filter);
    expect(chips.map(({ label, value }) => `${label} ${value}`)).toEqual([
      'agent my agent',
      'asset BTC',
      'status ok',
      'min 2.5s',
      'name pf.trade.execute',
      'result attr:pf.y:z',
      'pf.x 1',
      'retries 2',
    ]);
    expect(apply(chips.map((chip) => chip.term).join(' '))).toEqual(filter);
  });

  it('lose exactly one part when a chip goes', () => {
    const chips = chipsOf(apply('agent:a pf.x:1 pf.y:2'));
    expect(chips[1].without).toEqual(apply('agent:a pf.y:2'));
  });

  it('find the spelling that is known', () => {
    expect(asKnown('btc', ['ETH', 'BTC'])).toBe('BTC');
    expect(asKnown('btc', ['BTC', 'btc'])).toBe('btc');
    expect(asKnown('doge', ['BTC'])).toBe('doge');
  });

  it('know whether they filter', () => {
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered(apply('word'))).toBe(true);
    expect(isFiltered(apply('asset:ETH'))).toBe(true);
  });
});
