import { describe, expect, it } from 'vitest';
import { grouped } from './attributes';
import { minus } from './decimal';
import { attr } from './fixtures';

const shown = (...attributes: ReturnType<typeof attr>[]) =>
  Object.fromEntries(
    [...grouped(attributes)].filter(([, entries]) => entries.length > 0).map(([group, entries]) => [group, entries.map((each) => `${each.label}: ${each.shown}`)]),
  );

describe('attribute groups', () => {
  it('hold every attribute once: known ones first, the rest under Other in the order they came', () => {
    expect(
      shown(
        attr('zebra', 'bool', false),
        attr('pf.fee_usd', 'double', 0.51),
        attr('http.request.method', 'string', 'POST'),
        attr('pf.pnl_usd', 'double', 18.42),
        attr('pf.order_id', 'string', 'ord_1'),
        attr('service.name', 'string', 'x'),
        attr('apple', 'int', '0'),
        attr('pf.cycle_id', 'string', '0123456789abcdef0123456789abcdef'),
        attr('pf.api_latency_ms', 'double', 12.25),
      ),
    ).toEqual({
      Money: ['P&L, gross: +$18.42', 'Fee: $0.51'],
      Timing: ['API latency: 12.3\u2009ms'],
      Linked: ['Order: ord_1', 'Cycle: 01234567…89abcdef'],
      Identity: ['service.name: x'],
      HTTP: ['http.request.method: POST'],
      Other: ['zebra: false', 'apple: 0'],
    });
  });

  it('put what a model was asked and cost together', () => {
    expect(
      shown(
        attr('gen_ai.output.type', 'string', 'text'),
        attr('pf.model_cost_usd', 'double', 0.0034),
        attr('gen_ai.usage.input_tokens', 'int', '81200'),
        attr('gen_ai.request.model', 'string', 'claude-sonnet-5'),
      ),
    ).toEqual({ Model: ['Model: claude-sonnet-5', 'Tokens in: 81,200', 'Cost: $0.0034', 'gen_ai.output.type: text'] });
  });

  it('show a value of an unexpected type as what it is', () => {
    expect(shown(attr('pf.fee_usd', 'string', 'free'), attr('pf.quantity', 'bool', true))).toEqual({
      Money: ['Fee: free', 'Quantity: true'],
    });
    expect(shown(attr('pf.slippage_bps', 'double', 'NaN'))).toEqual({ Money: ['Slippage: NaN'] });
  });

  it('keep both of two attributes with one key', () => {
    expect(shown(attr('k', 'int', '1'), attr('k', 'string', '1'))).toEqual({ Other: ['k: 1', 'k: 1'] });
  });
});

describe('amounts are subtracted exactly', () => {
  it.each([
    ['18.42', '0.51', '17.91'],
    ['0.1', '0.3', '-0.2'],
    ['-6.1', '0.2', '-6.3'],
    ['1', '1.00', '0.00'],
    ['9007199254740993', '0.00000001', '9007199254740992.99999999'],
    ['', '1', ''],
    ['NaN', '1', ''],
  ])('%s less %s is %s', (a, b, difference) => {
    expect(minus(a, b)).toBe(difference);
  });
});
