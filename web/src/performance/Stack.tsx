/** A cycle's stages side by side, as long as they took. */
import type { StageName, TimeGroup } from './api';
import { ORDER, segments, segmentTip } from './shares';

/** A stacked bar; without `tips` its parts say nothing of themselves. */
export function Stack({ stages, tips }: { stages: readonly (readonly [StageName, number])[]; tips?: TimeGroup }) {
  const spent = new Map(stages);
  const whole = stages.reduce((sum, [, ns]) => sum + ns, 0);
  const words = tips ? segments(tips.stages).map(segmentTip).join('; ') : undefined;
  const tip = new Map(tips?.stages.map((each) => [each.stage, segmentTip(each)]));
  return (
    <span className="stack" role="img" aria-label={words} aria-hidden={words === undefined || undefined}>
      {ORDER.flatMap((stage) => {
        const ns = spent.get(stage) ?? 0;
        if (ns <= 0) return [];
        return [
          <i
            key={stage}
            className={`seg s-${stage}`}
            style={{ width: `${(ns / whole) * 100}%` }}
            title={tip.get(stage)}
          />,
        ];
      })}
    </span>
  );
}
