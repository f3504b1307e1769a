/** What each key does to the story. Keys that move within the grid work there; single letters work on the whole page. */
import { Flag, has, parentInLane } from './model';
import { stepItem } from './rows';
import { zoom } from './scale';
import type { Story } from './useStory';


/** Selects the row `step` rows further down the screen. */
export function move(story: Story, step: number): void {
  const { rows, selected } = story;
  const direction = step < 0 ? -1 : 1;
  let item = Math.max(0, rows.shownAt[selected]);
  for (let left = Math.abs(step); left > 0; left--) item = stepItem(rows, item, direction);
  if (rows.item[item] >= 0) story.goTo(rows.item[item]);
}

export function moveToEnd(story: Story, end: 'first' | 'last'): void {
  const { rows } = story;
  const item = end === 'first' ? stepItem(rows, -1, 1) : stepItem(rows, rows.count, -1);
  if (rows.item[item] >= 0) story.goTo(rows.item[item]);
}

/** Folds an open row; on a folded one or a leaf, goes to the parent. */
export function collapse(story: Story): void {
  const { model, selected, folded } = story;
  if (model.size[selected] > 1 && !folded.has(selected)) return story.toggleFold(selected);
  const parent = parentInLane(model, selected);
  if (parent >= 0) story.goTo(parent);
}

/** Opens a folded row; on an open one, goes to its first child. */
export function expand(story: Story): void {
  const { model, selected, folded } = story;
  if (folded.has(selected)) return story.toggleFold(selected);
  if (model.size[selected] > 1) story.goTo(selected + 1);
}

/** The next row (in order of rows, round to the beginning) for which `test` holds. */
function seek(story: Story, direction: 1 | -1, test: (row: number) => boolean): void {
  const { model, selected } = story;
  for (let step = 1; step <= model.count; step++) {
    const row = (selected + direction * step + model.count * 2) % model.count;
    if (test(row)) return story.goTo(row);
  }
}

export const nextMatch = (story: Story, direction: 1 | -1): void => {
  const { hits } = story;
  if (hits) seek(story, direction, (row) => hits[row] === 1);
};

export const nextError = (story: Story, direction: 1 | -1): void =>
  seek(story, direction, (row) => has(story.model, row, Flag.error));

export function nextLane(story: Story, direction: 1 | -1): void {
  const { model, selected } = story;
  const lane = model.lanes[model.lane[selected] + direction];
  if (lane) story.goTo(lane.first);
}

const ZOOM_STEP = 0.6;

/** About the selected span if it is in view, else about the middle. */
export function zoomBy(story: Story, closer: boolean): void {
  const { model, selected, view, whole } = story;
  const middle = (model.start[selected] + model.end[selected]) / 2;
  const center = middle > view.from && middle < view.to ? middle : (view.from + view.to) / 2;
  story.setView(zoom(view, closer ? ZOOM_STEP : 1 / ZOOM_STEP, center, whole));
}

/** How many matches there are, and which of them is selected, from 1; 0 when it is none of them. */
export function matchCount({ hits, selected }: Pick<Story, 'hits' | 'selected'>): { at: number; of: number } {
  if (!hits) return { at: 0, of: 0 };
  let of = 0;
  let at = 0;
  hits.forEach((hit, row) => {
    of += hit;
    if (hit && row === selected) at = of;
  });
  return { at, of };
}

