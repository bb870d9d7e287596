import { namesOf } from '../../engine/registry.ts'
import { COLUMNS } from '../../report/columns.ts'
import { METRIC_COLUMNS } from '../../report/run/samples-csv.ts'
import { listOfTexts } from './list.ts'

export const columns = listOfTexts(
  'column',
  'columns of tables, CSV files and reports',
  () => [...namesOf(COLUMNS).map((name) => ({ name, meaning: COLUMNS[name] })), ...METRIC_COLUMNS],
  ({ meaning }) => meaning,
)
