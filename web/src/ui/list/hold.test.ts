import { expect, it } from 'vitest';
import { heldRows } from './hold';

it('rows keep their places while their values go on, and new ones wait', () => {
  const shown = [1, 2, 3].map((id) => ({ id, value: id }));
  const found = [9, 2, 1].map((id) => ({ id, value: id * 10 }));
  const { rows, waiting } = heldRows(shown, found);
  expect(rows.map(({ id, value }) => [id, value])).toEqual([
    [1, 10],
    [2, 20],
    [3, 3],
  ]);
  expect(waiting).toBe(1);
});
