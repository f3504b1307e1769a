/** The questions about incidents, and what people do with them. */
import { get, send } from '../api/client';
import { array, object } from '../api/decode';
import { incident, incidentPage, type Incident, type IncidentPage } from './shapes';

export const fetchIncidents = (query: URLSearchParams, signal?: AbortSignal): Promise<IncidentPage> =>
  get(`/api/v1/incidents?${query.toString()}`, incidentPage, signal);

const rows = object<{ incidents: Incident[] }>({ incidents: array(incident) });

/** All of them, or none. */
export const acknowledge = (ids: readonly number[]): Promise<{ incidents: Incident[] }> =>
  send('POST', '/api/v1/incidents/acknowledge', { ids }, rows);

/** All of them, or none; the next breach of a rule opens another one. */
export const resolve = (ids: readonly number[]): Promise<{ incidents: Incident[] }> =>
  send('POST', '/api/v1/incidents/resolve', { ids }, rows);

export const MUTES = ['1h', '8h', 'resolved'] as const;
export type MuteSpan = (typeof MUTES)[number];

export const mute = (id: number, span: MuteSpan): Promise<Incident> =>
  send('POST', `/api/v1/incidents/${id}/mute`, { for: span }, incident);

export const unmute = (id: number): Promise<Incident> => send('POST', `/api/v1/incidents/${id}/unmute`, {}, incident);

export const postNote = (id: number, text: string): Promise<Incident> =>
  send('POST', `/api/v1/incidents/${id}/note`, { text }, incident);
