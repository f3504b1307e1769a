import { expect, it } from 'vitest';
import { attr, detail, span, storeOf } from './fixtures';
import { parseFind } from './find';

const store = storeOf(
  detail([
    span({
      id: '1',
      from: 0,
      to: 900,
      name: 'pf.trade.execute',
      attributes: [attr('pf.asset', 'string', 'ETH'), attr('pf.order.state', 'string', 'filled'), attr('retries', 'int', '3')],
    }),
    span({ id: '2', from: 1, to: 9, name: 'POST /trading/order', status: 'error', kind: 'client' }),
    span({ id: '3', from: 2, to: 9, name: 'agent_b.task_execution', agent: 'beta', attributes: [attr('pf.task', 'string', 'price of ETH at 14:32')] }),
  ]),
);

it.each([
  ['trade', [1]],
  ['ORDER', [2]],
  ['eth', [1, 3]],
  ['eth price', [3]],
  ['asset:eth', [1]],
  ['pf.asset:et', []],
  ['pf.order.state:filled', [1]],
  ['attr:retries:3', [1]],
  ['status:error', [2]],
  ['outcome:failed', [2]],
  ['agent:beta task', [3]],
  ['name:"POST /trading/order"', [2]],
  ['min:500ms', [1]],
  ['14:32', [3]],
  ['0000000000000002', [2]],
  ['nothing like it', []],
])('%s finds spans %j', (text, spans) => {
  const hits = store.search(parseFind(text)!);
  expect([...hits].flatMap((hit, at) => (hit ? [at + 1] : []))).toEqual(spans);
});

it('looks for nothing in an empty box', () => {
  expect([parseFind(''), parseFind('   ')]).toEqual([null, null]);
});
