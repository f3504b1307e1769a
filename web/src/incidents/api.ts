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

export const resolve = (id: number): Promise<Incident> => send('POST', `/api/v1/incidents/${id}/resolve`, {}, incident);

/** Each by itself: one that has ended meanwhile keeps no other open. How many were resolved; an error if none was. */
export async function resolveEach(ids: readonly number[]): Promise<number> {
  const answers = await Promise.allSettled(ids.map(resolve));
  const refused = answers.filter((each) => each.status === 'rejected');
  if (refused.length === ids.length) throw refused[0].reason;
  return ids.length - refused.length;
}

export const MUTES = ['1h', '8h', 'resolved'] as const;
export type MuteSpan = (typeof MUTES)[number];

export const mute = (id: number, span: MuteSpan): Promise<Incident> =>
  send('POST', `/api/v1/incidents/${id}/mute`, { for: span }, incident);

export const unmute = (id: number): Promise<Incident> => send('POST', `/api/v1/incidents/${id}/unmute`, {}, incident);

export const postNote = (id: number, text: string): Promise<Incident> =>
  send('POST', `/api/v1/incidents/${id}/note`, { text }, incident);
