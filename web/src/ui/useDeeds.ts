/** Does one thing at a time, then says so, or says why not. */
import { useState } from 'react';
import { asApiError } from '../api/useQuery';
import { toast } from './toast';

export function useDeeds(onDone: () => void): [busy: boolean, act: (deed: Promise<unknown>, words: string) => void] {
  const [busy, setBusy] = useState(false);
  const act = (deed: Promise<unknown>, words: string): void => {
    setBusy(true);
    deed
      .then(
        () => {
          toast(words);
          onDone();
        },
        (error: unknown) => toast(`Nothing was changed: ${asApiError(error).message}`),
      )
      .finally(() => setBusy(false));
  };
  return [busy, act];
}
