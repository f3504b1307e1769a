/** What the shell gives to the pages inside it. */
import { createContext, useContext } from 'react';
import type { ApiError } from '../api/client';
import type { Agent } from '../api/types';
import type { Incident } from '../incidents/shapes';
import type { Trouble } from '../ledger/shapes';

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

/** What is not as it should be with ledgers. */
export interface LedgerTroubles {
  all: number;
  /** Of these, those that are no mere doubts. */
  danger: number;
  of: (ledger: string) => readonly Trouble[];
}

export const NO_LEDGER_TROUBLES: LedgerTroubles = { all: 0, danger: 0, of: () => [] };
export const LedgersContext = createContext<LedgerTroubles>(NO_LEDGER_TROUBLES);
export const useLedgersInTrouble = (): LedgerTroubles => useContext(LedgersContext);

/** Opens the navigation sheet on small screens. */
export const MenuContext = createContext<() => void>(() => undefined);
export const useOpenMenu = (): (() => void) => useContext(MenuContext);
