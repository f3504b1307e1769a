import { expect, it } from 'vitest';
import { attr, detail, span, storeOf } from './fixtures';
import { buffersOf } from './model';
import { TraceStore } from './store';

const VALUES = [
  attr('string', 'string', '<b>"quoted"</b> \\ ünï ✕'),
  attr('empty string', 'string', ''),
  attr('false', 'bool', false),
  attr('zero', 'int', '0'),
  attr('int64', 'int', '-9223372036854775808'),
  attr('0.0', 'double', 0),
  attr('NaN', 'double', 'NaN'),
  attr('bytes', 'bytes', '3q2+7w=='),
  attr('array', 'array', [{ type: 'empty', value: null }, { type: 'double', value: 1.5 }]),
  attr('map', 'kvlist', [attr('nested', 'array', [])]),
  attr('empty', 'empty', null),
];

it('gives back every span as the hub sent it, whatever its values are', () => {
  const spans = Array.from({ length: 1100 }, (_, at) => span({ id: (at + 1).toString(16), from: at, to: at + 1, attributes: VALUES }));
  const store = storeOf(detail(spans));
  for (const at of [0, 511, 512, 1099]) expect(store.span(at)).toEqual(spans[at]);
});

it('refuses an answer that is no trace, and says where', () => {
  const open = (text: string) => () => new TraceStore(new TextEncoder().encode(text)).open('0');
  expect(open('<html>')).toThrow(SyntaxError);
  expect(open('{"trace_id": 1, "spans": []}')).toThrow('trace_id');
  const broken = JSON.stringify(detail([{ ...span({ id: '1', from: 0, to: 1 }), start_ns: 'noon' }]));
  expect(open(broken)).toThrow('start_ns');
});

it('hands over a model that is columns only: a worker moves it without copying', () => {
  const { model, path } = storeOf(detail([span({ id: '1', from: 0, to: 1 })])).open('0');
  const moved = structuredClone({ model, path }, { transfer: [model, path].flatMap(buffersOf) });
  expect(moved.model.end[0]).toBe(1e6);
  expect(model.end.length).toBe(0);
});
