/**
 * Agents and their lanes: a colour and a letter that an agent keeps on every page. Lanes follow the order in which the
 * hub first saw the agents, so everyone who looks at the same hub sees the same colours. Beyond six the colours repeat
 * and the letter tells.
 */
import { createContext, useContext } from 'react';
import type { Agent } from './api/types';

export interface Lane {
  /** `A`, `B` … `Z`, `AA`. */
  letter: string;
  /** The class that sets background and ink of a swatch or badge (base.css). */
  className: string;
  /** The custom property holding the colour, e.g. `--a1`; for canvas read it from the root's computed style. */
  token: string;
}

const COLOURS = 6;

export const VENUE_LANE: Lane = { letter: 'P', className: 'lane-venue', token: '--fg3' };
/** While the agents are not known yet: no claim of identity. */
const NO_LANE: Lane = { letter: '', className: 'lane-none', token: '--line2' };

const letterOf = (index: number): string => {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
};

export const laneAt = (index: number): Lane => ({
  letter: letterOf(index),
  className: `lane-${(index % COLOURS) + 1}`,
  token: `--a${(index % COLOURS) + 1}`,
});

export type LaneOf = (agent: string) => Lane;

/** Lanes for `agents`; an agent that is not among them takes the next free lane when it is first asked for. */
export function assignLanes(agents: readonly Pick<Agent, 'agent' | 'first_seen_ns'>[]): LaneOf {
  const order = agents.toSorted(
    (a, b) => compareNs(a.first_seen_ns, b.first_seen_ns) || a.agent.localeCompare(b.agent),
  );
  const lanes = new Map<string, Lane>();
  const of = (agent: string): Lane => {
    const known = lanes.get(agent) ?? laneAt(lanes.size);
    lanes.set(agent, known);
    return known;
  };
  for (const { agent } of order) of(agent);
  return of;
}

const compareNs = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export const noLanes: LaneOf = () => NO_LANE;

export const LanesContext = createContext<LaneOf>(noLanes);

/** `const laneOf = useLanes(); laneOf(agent).className` */
export const useLanes = (): LaneOf => useContext(LanesContext);
