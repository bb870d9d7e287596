import { PRESETS } from '../../scenario/cluster/presets/presets.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const presets: List = {
  meaning: 'presets of clusters',
  values: () => Object.values(PRESETS).map(({ name, explanation }) => ({ name, explanation })),
  text: () =>
    Object.values(PRESETS)
      .map(({ name, explanation }) => `  ${name}\n${wrap(explanation, 4)}`)
      .join('\n'),
}
