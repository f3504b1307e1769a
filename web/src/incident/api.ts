/** The questions about one incident. */
import { get } from '../api/client';
import { chart, incidentDetail, type Chart, type IncidentDetail } from './shapes';

export const fetchIncident = (id: number, signal?: AbortSignal): Promise<IncidentDetail> =>
  get(`/api/v1/incidents/${id}`, incidentDetail, signal);

export const fetchChart = (id: number, signal?: AbortSignal): Promise<Chart> =>
  get(`/api/v1/incidents/${id}/chart`, chart, signal);
