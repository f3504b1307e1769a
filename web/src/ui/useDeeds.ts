/** Does one thing at a time, then says so, or says why not. */
import { useState } from 'react';
import { asApiError } from '../api/useQuery';
import { toast } from './toast';

/** The words may depend on what came of it. */
export type Act = <T>(deed: Promise<T>, words: string | ((answer: T) => string)) => void;

export function useDeeds(onDone: () => void): [busy: boolean, act: Act] {
  const [busy, setBusy] = useState(false);
  const act: Act = (deed, words) => {
    setBusy(true);
    deed
      .then(
        (answer) => {
          toast(typeof words === 'string' ? words : words(answer));
          onDone();
        },
        (error: unknown) => toast(`Nothing was changed: ${asApiError(error).message}`),
      )
      .finally(() => setBusy(false));
  };
  return [busy, act];
}
