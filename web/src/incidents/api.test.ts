import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveEach } from './api';
import { incidentOf } from './fixtures';

afterEach(() => vi.unstubAllGlobals());

/** A hub where these incidents are over. */
function hubWith(over: readonly number[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    const id = Number(path.split('/').at(-2));
    const error = { error: { code: 'cannot_be_done', message: `incident ${id} is over`, hint: 'Nothing was changed.' } };
    const [status, body] = over.includes(id) ? [400, error] : [200, incidentOf({ id, status: 'resolved' })];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return asked;
}

describe('resolving several', () => {
  it('asks for each', async () => {
    const asked = hubWith([]);
    expect(await resolveEach([3, 4])).toBe(2);
    expect(asked).toEqual(['/api/v1/incidents/3/resolve', '/api/v1/incidents/4/resolve']);
  });
  it('goes on where one has ended meanwhile', async () => {
    hubWith([3]);
    expect(await resolveEach([3, 4])).toBe(1);
  });
  it('fails where nothing was left to do', async () => {
    hubWith([3, 4]);
    await expect(resolveEach([3, 4])).rejects.toThrow('incident 3 is over');
  });
});
