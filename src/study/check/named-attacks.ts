import { checkArgument, InvalidOptions, TEXT } from '../../simulation/given/check-given.ts'
import type { NamedAttack } from './read-check.ts'

/**
 * Returns the attacks in a text of several YAML documents, such as the shipped `onpath/attacks.yaml`.
 * @throws InvalidOptions for an attack without a name
 */
export function namedAttacks(text: string): readonly NamedAttack[] {
  checkArgument('text of namedAttacks', text, TEXT)
  return text.split(/^---\r?\n/m).map((own, i) => {
    const name = /^name: *(\S+) *\r?$/m.exec(own)?.[1]
    if (name === undefined) throw new InvalidOptions(`attack ${i + 1} of the text of namedAttacks has no line name: …`)
    return { name, source: { file: `${name}.yaml`, text: own } }
  })
}
