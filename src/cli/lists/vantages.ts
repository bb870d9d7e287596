import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const vantages: List = {
  meaning: 'vantages of attackers',
  values: () => namesOf(VANTAGES).map((name) => ({ name, ...VANTAGES[name] })),
  text: () =>
    namesOf(VANTAGES)
      .map((name) => `  ${name}\n${wrap(VANTAGES[name].meaning, 4)}`)
      .join('\n'),
}
