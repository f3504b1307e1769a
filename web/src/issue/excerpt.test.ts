import { expect, it } from 'vitest';
import { modelOf } from '../trace/fixtures';
import { excerptOf } from './excerpt';

/** rows: 0 cycle › 1 order › 2 POST, 3 to 8 reads │ 9 task */
const model = modelOf([
  { id: '1', from: 0, to: 90 },
  { id: '2', parent: '1', from: 5, to: 20 },
  { id: '3', parent: '2', from: 6, to: 19 },
  ...[4, 5, 6, 7, 8, 9].map((id) => ({ id: String(id), parent: '1', from: 20 + id, to: 21 + id })),
  { id: 'a', parent: '3', from: 60, to: 70, agent: 'beta' },
]);

it('is the whole of a small trace', () => expect(excerptOf(model, 2, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

it('keeps what is above the failing span, and its nearest neighbours', () => {
  expect(excerptOf(model, 6, 4)).toEqual([0, 5, 6, 7]);
  expect(excerptOf(model, 2, 3)).toEqual([0, 1, 2]);
});

it('keeps the causes in other lanes', () => expect(excerptOf(model, 9, 4)).toEqual([0, 1, 2, 9]));

it('begins at the top when the span was not received', () => expect(excerptOf(model, -1, 3)).toEqual([0, 1, 2]));
