import { explainAttack, shippedAttacks } from '../../disk/read-attacks.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const attacks: List = {
  meaning: 'attacks',
  noun: 'attack',
  values: () => shippedAttacks().map(explainAttack),
  items: (columns) =>
    shippedAttacks()
      .map(explainAttack)
      .map(({ name, explanation, command }) => ({
        name,
        text: `  ${name}\n${wrap(explanation, 4, columns)}    ${command}\n`,
      })),
}
