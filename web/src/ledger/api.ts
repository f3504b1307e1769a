/** `/api/v1/ledgers`: what is asked. */
import { ApiError, get } from '../api/client';
import * as shapes from './shapes';

const of = (ledger: string): string => `/api/v1/ledgers/${encodeURIComponent(ledger)}`;

export const fetchLedgers = (signal?: AbortSignal): Promise<shapes.Ledgers> =>
  get('/api/v1/ledgers', shapes.ledgers, signal);

export const fetchTroubles = async (signal?: AbortSignal): Promise<shapes.Trouble[]> =>
  (await get('/api/v1/ledger/troubles', shapes.troubles, signal)).troubles;

export const fetchLedger = (ledger: string, signal?: AbortSignal): Promise<shapes.LedgerAnswer> =>
  get(of(ledger), shapes.ledgerAnswer, signal);

export const fetchEntries = (ledger: string, query: string, signal?: AbortSignal): Promise<shapes.EntryPage> =>
  get(`${of(ledger)}/entries?${query}`, shapes.entryPage, signal);

export const fetchEntry = (ledger: string, index: number, signal?: AbortSignal): Promise<shapes.EntryAnswer> =>
  get(`${of(ledger)}/entries/${index}`, shapes.entryAnswer, signal);

export const fetchReports = async (ledger: string, signal?: AbortSignal): Promise<shapes.Report[]> =>
  (await get(`${of(ledger)}/reports`, shapes.reports, signal)).reports;

export const proofHref = (ledger: string, index: number): string => `${of(ledger)}/entries/${index}/proof`;

/** The most that the hub takes at once. */
const MOST_TRACES = 50;

export function fetchLedgerSpans(traceIds: readonly string[], signal?: AbortSignal): Promise<shapes.LedgerSpans> {
  const query = new URLSearchParams(traceIds.slice(0, MOST_TRACES).map((id) => ['trace', id]));
  return get(`/api/v1/ledger/spans?${query.toString()}`, shapes.ledgerSpans, signal);
}

/** By origin; null where the hub is no witness. */
export async function fetchWitnessed(signal?: AbortSignal): Promise<Map<string, shapes.Witnessed> | null> {
  try {
    const { logs } = await get('/api/v1/witness', shapes.witness, signal);
    return new Map(logs.map((log) => [log.origin, log]));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
