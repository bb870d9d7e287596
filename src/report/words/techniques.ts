import { TECHNIQUES, type TechniqueName, USED_TECHNIQUES } from '../../attack/techniques.ts'
import { hasAbilities, VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import type { List } from './list.ts'
import { wrap } from './wrap.ts'

export const techniques: List = {
  meaning: 'techniques of attackers',
  noun: 'technique',
  values: () =>
    namesOf(TECHNIQUES).map((name) => {
      const { meaning, parameters } = TECHNIQUES[name]
      return { name, meaning, vantages: vantagesAbleTo(name), parameters: Object.keys(parameters) }
    }),
  items: (columns) => namesOf(TECHNIQUES).map((name) => ({ name, text: techniqueText(name, columns) })),
  unlisted: (columns) =>
    namesOf(USED_TECHNIQUES)
      .filter((name) => !Object.hasOwn(TECHNIQUES, name))
      .map((name) => ({ name, text: `  ${name}\n${wrap(USED_TECHNIQUES[name].meaning, 4, columns)}` })),
}

function vantagesAbleTo(technique: TechniqueName): readonly Vantage[] {
  return namesOf(VANTAGES).filter((vantage) => hasAbilities(vantage, TECHNIQUES[technique].needs))
}

function techniqueText(name: TechniqueName, columns?: number): string {
  const { meaning, parameters } = TECHNIQUES[name]
  const keys = ['at', 'path', ...Object.keys(parameters)].join(', ')
  return `  ${name}\n${wrap(meaning, 4, columns)}    vantages: ${vantagesAbleTo(name).join(', ')}\n    keys: ${keys}\n`
}
