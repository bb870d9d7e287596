import { namesOf } from '../../engine/registry.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import { listOfTexts } from './list.ts'

export const congestion = listOfTexts(
  'congestion control',
  'congestion controls',
  () => namesOf(CONGESTION_CONTROLS).map((name) => ({ name, description: CONGESTION_CONTROLS[name].description })),
  ({ description }) => description,
)
