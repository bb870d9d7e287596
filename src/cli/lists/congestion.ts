import { namesOf } from '../../engine/registry.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const congestion: List = {
  meaning: 'congestion controls',
  values: () =>
    namesOf(CONGESTION_CONTROLS).map((name) => ({ name, description: CONGESTION_CONTROLS[name].description })),
  text: () =>
    namesOf(CONGESTION_CONTROLS)
      .map((name) => `  ${name}\n${wrap(CONGESTION_CONTROLS[name].description, 4)}`)
      .join('\n'),
}
