/** What a link to a trace reproduces: selection, find, zoom, folds, tab, colouring. Read from the URL, written back. */
import type { TraceModel } from './model';
import { type View, viewText } from './scale';

export const COLOURINGS = ['agent', 'outcome', 'pnl', 'self'] as const;
export type Colouring = (typeof COLOURINGS)[number];

export const TABS = ['attributes', 'events', 'links', 'logs', 'raw'] as const;
export type Tab = (typeof TABS)[number];

export interface ViewState {
  /** Span id; '' for the page's own choice. */
  span: string;
  find: string;
  only: boolean;
  criticalPath: boolean;
  /** As in the URL: it cannot be read before the story's length is known. */
  zoom: string;
  /** Span ids of folded spans. */
  folded: readonly string[];
  /** Agents whose lane is folded. */
  foldedLanes: readonly string[];
  tab: Tab;
  colouring: Colouring;
}

/** Lanes stand among span ids in `collapsed`, told apart by this mark. */
const LANE_MARK = '*';

export function readView(search: URLSearchParams): ViewState {
  const collapsed = (search.get('collapsed') ?? '').split(',').filter(Boolean);
  const lanes = collapsed.filter((each) => each.startsWith(LANE_MARK));
  return {
    span: search.get('span') ?? '',
    find: search.get('find') ?? '',
    only: search.get('only') === '1',
    criticalPath: search.get('cp') !== '0',
    zoom: search.get('z') ?? '',
    folded: collapsed.filter((each) => !each.startsWith(LANE_MARK)),
    foldedLanes: lanes.map((each) => decode(each.slice(LANE_MARK.length))),
    tab: oneOf(TABS, search.get('tab')),
    colouring: oneOf(COLOURINGS, search.get('colour')),
  };
}

/** Writes only what differs from the default, so that the plain page has a plain address. */
export function writeView(view: ViewState, search: URLSearchParams): void {
  const collapsed = [...view.folded, ...view.foldedLanes.map((agent) => LANE_MARK + encode(agent))];
  put(search, 'span', view.span);
  put(search, 'find', view.find);
  put(search, 'only', view.only ? '1' : '');
  put(search, 'cp', view.criticalPath ? '' : '0');
  put(search, 'z', view.zoom);
  put(search, 'collapsed', collapsed.join(','));
  put(search, 'tab', view.tab === TABS[0] ? '' : view.tab);
  put(search, 'colour', view.colouring === COLOURINGS[0] ? '' : view.colouring);
}

export function zoomText(view: View, whole: View): string {
  return view.from <= whole.from && view.to >= whole.to ? '' : viewText(view);
}

function put(search: URLSearchParams, key: string, value: string): void {
  if (value) search.set(key, value);
  else search.delete(key);
}

const oneOf = <T extends string>(choices: readonly T[], text: string | null): T =>
  choices.find((choice) => choice === text) ?? choices[0];

/** Agent names may hold the comma that separates the list. */
const encode = (agent: string): string => agent.replaceAll('%', '%25').replaceAll(',', '%2C');
const decode = (text: string): string => text.replaceAll('%2C', ',').replaceAll('%25', '%');

/** Lane indexes of the agents that are named. */
export function laneIndexes(model: TraceModel, agents: readonly string[]): Set<number> {
  const found = new Set<number>();
  model.lanes.forEach((lane, index) => {
    if (agents.includes(lane.agent)) found.add(index);
  });
  return found;
}
