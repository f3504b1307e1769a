/** How often a rule fired on each of the last days: bars on a base line, today in full ink. */
import { firedWords } from './words';
import '../issues/spark.css';

const STEP = 9;
const BAR = 7;
const HEIGHT = 18;

export function Days({ days }: { days: readonly number[] }) {
  const most = Math.max(1, ...days);
  const words = firedWords(days);
  const width = days.length * STEP - (STEP - BAR);
  const bars = days.map((value, index) => {
    if (value === 0) return '';
    const height = Math.max(2, (value / most) * (HEIGHT - 1));
    return `M${index * STEP} ${HEIGHT - height}h${BAR}V${HEIGHT}h-${BAR}z`;
  });
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${HEIGHT + 1}`} width={width} height={HEIGHT + 1} role="img" aria-label={words}>
      <title>{words}</title>
      <path className="spark-base" d={`M0 ${HEIGHT}h${width}v1H0z`} />
      <path className="spark-bars" d={bars.slice(0, -1).join('')} />
      <path className="spark-now" d={bars.at(-1)} />
    </svg>
  );
}
