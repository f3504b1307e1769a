/** The one place that talks to the hub. Every answer is checked; every failure is an ApiError a person can act on. */
import { DecodeError, type Decoder } from './decode';
import * as shapes from './shapes';
import type { Agent, HubStatus, Stats, TraceDetail, TracePage } from './types';

/** What failed (`message`), what to do (`hint`), and a `code` to decide by. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string | null = null,
    /** HTTP status, 0 when there was no answer. */
    readonly status = 0,
  ) {
    super(message);
  }
}

const unreachable = (): ApiError =>
  new ApiError('unreachable', 'The hub did not answer.', 'Agents keep trading and recording.');

/** Reads `{"error": {...}}`, or makes the best of an answer in another form. */
async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: Partial<Record<'code' | 'message' | 'hint', unknown>> } | null)?.error;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return new ApiError(
    text(error?.code) ?? `http_${response.status}`,
    text(error?.message) ?? `The hub answered ${response.status}${response.statusText && ` ${response.statusText}`}.`,
    text(error?.hint) ?? (response.status >= 500 ? 'Agents keep trading and recording.' : null),
    response.status,
  );
}

/** Where a hub asks for tokens: a page of its own takes one, and leads back to this one. */
function logIn(): void {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/login?next=${encodeURIComponent(here)}`);
}

export async function answer(path: string, signal?: AbortSignal, said: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...said, signal, headers: { ...said.headers, accept: 'application/json' } });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  if (response.status === 401) logIn();
  if (!response.ok) throw await refusal(response);
  return response;
}

export const get = async <T>(path: string, decode: Decoder<T>, signal?: AbortSignal): Promise<T> =>
  read(await answer(path, signal), decode, signal);

/** Changes something, and reads how it is then. */
export async function send<T>(method: 'PUT' | 'POST', path: string, body: unknown, decode: Decoder<T>): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return read(await answer(path, undefined, { method, headers, body: JSON.stringify(body) }), decode);
}

async function read<T>(response: Response, decode: Decoder<T>, signal?: AbortSignal): Promise<T> {
  try {
    return decode(await response.json());
  } catch (error) {
    if (signal?.aborted) throw error;
    const detail = error instanceof DecodeError ? error.message : 'it is not JSON';
    throw new ApiError(
      'bad_answer',
      `The hub's answer could not be read: ${detail}.`,
      'Reload to get the page that belongs to this hub.',
    );
  }
}

const withQuery = (path: string, query?: URLSearchParams): string => {
  const search = query?.toString();
  return search ? `${path}?${search}` : path;
};

export const fetchTraces = (query: URLSearchParams, signal?: AbortSignal): Promise<TracePage> =>
  get(withQuery('/api/v1/traces', query), shapes.tracePage, signal);

export const fetchTrace = (traceId: string, signal?: AbortSignal): Promise<TraceDetail> =>
  get(`/api/v1/traces/${encodeURIComponent(traceId)}`, shapes.traceDetail, signal);

export const fetchAgents = async (signal?: AbortSignal): Promise<Agent[]> =>
  (await get('/api/v1/agents', shapes.agents, signal)).agents;

export const fetchStats = (query: URLSearchParams, signal?: AbortSignal): Promise<Stats> =>
  get(withQuery('/api/v1/stats', query), shapes.stats, signal);

export const fetchStatus = (signal?: AbortSignal): Promise<HubStatus> =>
  get('/api/v1/status', shapes.hubStatus, signal);
