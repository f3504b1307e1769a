/** What the shell gives to the pages inside it. */
import { createContext, useContext } from 'react';
import type { ApiError } from '../api/client';
import type { Agent } from '../api/types';
import type { Incident } from '../incidents/shapes';

export interface AgentsState {
  /** Null until the hub has answered once. */
  agents: Agent[] | null;
  error: ApiError | null;
  loadedAt: number | null;
  loading: boolean;
  refresh: () => void;
}

export const AgentsContext = createContext<AgentsState>({
  agents: null,
  error: null,
  loadedAt: null,
  loading: true,
  refresh: () => undefined,
});
export const useAgents = (): AgentsState => useContext(AgentsContext);

/** What is firing, as far as every page should know. */
export interface OpenIncidents {
  open: number;
  critical: number;
  /** The worst first. */
  of: (agent: string) => readonly Incident[];
}

export const NO_INCIDENTS: OpenIncidents = { open: 0, critical: 0, of: () => [] };
export const IncidentsContext = createContext<OpenIncidents>(NO_INCIDENTS);
export const useOpenIncidents = (): OpenIncidents => useContext(IncidentsContext);

/** Opens the navigation sheet on small screens. */
export const MenuContext = createContext<() => void>(() => undefined);
export const useOpenMenu = (): (() => void) => useContext(MenuContext);
