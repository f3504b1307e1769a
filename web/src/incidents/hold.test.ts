import { expect, it } from 'vitest';
import { incidentOf } from './fixtures';
import { heldRows } from './hold';

it('rows keep their places while their values go on, and new ones wait', () => {
  const shown = [incidentOf({ id: 1, value: 1 }), incidentOf({ id: 2, value: 2 }), incidentOf({ id: 3, value: 3 })];
  const found = [incidentOf({ id: 9 }), incidentOf({ id: 2, value: 20 }), incidentOf({ id: 1, value: 10 })];
  const { rows, waiting } = heldRows(shown, found);
  expect(rows.map(({ id, value }) => [id, value])).toEqual([
    [1, 10],
    [2, 20],
    [3, 3],
  ]);
  expect(waiting).toBe(1);
});
