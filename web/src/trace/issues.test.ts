import { expect, it } from 'vitest';
import { issueRow } from '../issues/fixtures';
import { idOf, modelOf, TRACE } from './fixtures';
import { marksOf } from './issues';

const model = modelOf([
  { id: '1', from: 0, to: 90 },
  { id: '2', parent: '1', from: 5, to: 50 },
]);
const happened = (event_id: string, span: string | null) => ({ event_id, span_id: span && idOf(span), time_ns: '1' });

it('an issue is marked once at each row it happened in, by its first event there', () => {
  const issue = issueRow({ id: 7 });
  const events = [happened('a', '2'), happened('b', '2'), happened('c', '1'), happened('d', null), happened('e', '99')];
  const marks = marksOf(model, [{ trace_id: TRACE, issues: [{ issue, events }] }]);
  expect(marks.map(({ row, eventId }) => [row, eventId])).toEqual([
    [1, 'a'],
    [0, 'c'],
    [-1, 'd'],
  ]);
});
