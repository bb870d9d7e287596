import { explainAttack, shippedAttacks } from '../input/read-attacks.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const attacks: List = {
  meaning: 'attacks',
  values: () => shippedAttacks().map(explainAttack),
  text: () =>
    shippedAttacks()
      .map(explainAttack)
      .map(({ name, explanation, command }) => `  ${name}\n${wrap(explanation, 4)}    ${command}\n`)
      .join('\n'),
}
