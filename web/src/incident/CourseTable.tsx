/** The course of an incident for those who cannot see the line: the worst of each stretch. */
import { figure } from '../incidents/words';
import { clockSeconds, msOf, zoneName, type Zone } from '../time';
import { tableRows } from './course';
import type { Chart } from './shapes';

export function CourseTable({ chart, zone }: { chart: Chart; zone: Zone }) {
  return (
    <div className="sr">
      <table>
        <caption>{chart.what}, the worst of each stretch</caption>
        <thead>
          <tr>
            <th>Time, {zoneName(zone)}</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {tableRows(chart).map(({ t_ns, value }) => (
            <tr key={t_ns}>
              <td>{clockSeconds(msOf(t_ns), zone)}</td>
              <td>{figure(value, chart.unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
