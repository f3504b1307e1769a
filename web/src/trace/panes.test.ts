import { expect, it } from 'vitest';
import { loadWidths, paneOf, saveWidths } from './panes';

it('gives tree and panel more room in a wide window', () => {
  expect([paneOf('tree', {}, 1280).width, paneOf('panel', {}, 1280).width]).toEqual([388, 336]);
  expect([paneOf('tree', {}, 1920).width, paneOf('panel', {}, 1920).width]).toEqual([440, 420]);
});

it('leaves the timeline room in a small window, whatever was set in a large one', () => {
  const widths = { tree: 760, panel: 640 };
  const taken = paneOf('tree', widths, 1000).width + paneOf('panel', widths, 1000).width;
  expect(taken).toBeLessThan(1000 - 52 - 200);
});

it('gives the tree the room of a panel that lies below', () => {
  expect(paneOf('tree', {}, 959).width).toBe(388);
  expect(paneOf('tree', {}, 960).width).toBe(332);
  expect(paneOf('tree', { tree: 760 }, 720).width).toBe(720 - 52 - 240);
});

it('survives what else may be in the storage', () => {
  const storage = (text: string | null) => ({ getItem: () => text });
  expect(loadWidths(storage('{"tree": 500, "panel": "wide"}'))).toEqual({ tree: 500 });
  expect([loadWidths(storage('nonsense')), loadWidths(storage(null)), loadWidths(storage('null'))]).toEqual([{}, {}, {}]);
  let saved = '';
  saveWidths({ setItem: (_, text) => (saved = text) }, { tree: 400 });
  expect(loadWidths(storage(saved))).toEqual({ tree: 400 });
});
