/** The tokens that the canvases draw with, read from the root's computed style: a canvas cannot use var(). */
import { useMemo } from 'react';
import { type Lane as LaneLook, VENUE_LANE, useLanes } from '../lanes';
import { useTheme } from '../preferences';
import type { Lane } from './model';

export interface Palette {
  /** The theme under which it was read. */
  theme: 'light' | 'dark';
  fg: string;
  fg2: string;
  fg3: string;
  surface: string;
  line: string;
  failed: string;
  flight: string;
  gain: string;
  loss: string;
  /** By index of OUTCOMES. */
  outcome: string[];
  /** By index of the model's lanes. */
  lane: string[];
  /** Font of labels. */
  label: string;
  count: string;
}

export const lookOf = (lane: Lane, laneOf: (agent: string) => LaneLook): LaneLook =>
  lane.venue ? VENUE_LANE : laneOf(lane.agent);

export function usePalette(lanes: readonly Lane[], outcomes: readonly string[]): Palette {
  const laneOf = useLanes();
  const theme = useTheme();
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string): string => style.getPropertyValue(name).trim();
    const sans = token('--sans');
    return {
      theme,
      fg: token('--fg'),
      fg2: token('--fg2'),
      fg3: token('--fg3'),
      surface: token('--surface'),
      line: token('--line'),
      failed: token('--failed'),
      flight: token('--flight'),
      gain: token('--gain'),
      loss: token('--loss'),
      outcome: outcomes.map((outcome) => token(`--${outcome}`)),
      lane: lanes.map((lane) => token(lookOf(lane, laneOf).token)),
      label: `400 12px ${sans}`,
      count: `600 9px ${sans}`,
    };
  }, [lanes, outcomes, laneOf, theme]);
}
