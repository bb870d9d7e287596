import type { AttackerSection } from '../schema/attackers.ts'
import type { Findings } from '../tree/findings.ts'

type Sections = ReadonlyMap<string, AttackerSection>

/** Returns the allies of each attacker, in the order of names. Allies of allies are allies too. */
export function resolveAllies(sections: Sections, findings: Findings): ReadonlyMap<string, readonly string[]> {
  for (const [name, { allies = [] }] of sections)
    allies.forEach((ally, i) => {
      const place = ['attackers', name, 'allies', i]
      if (ally === name) findings.contradict(place, `${name} is its own ally`)
      else findings.checkName(place, 'attacker', ally, findings.namesIn('attackers'))
    })
  return new Map([...sections.keys()].map((name) => [name, alliesOf(name, sections)]))
}

function alliesOf(name: string, sections: Sections): readonly string[] {
  const group = new Set([name])
  // The loop also visits the names that it adds to the set.
  for (const member of group)
    for (const [other, section] of sections)
      if (isAlly(section, member) || isAlly(sections.get(member), other)) group.add(other)
  group.delete(name)
  return [...group].sort((a, b) => (a < b ? -1 : 1))
}

function isAlly(section: AttackerSection | undefined, name: string): boolean {
  return section?.allies?.includes(name) ?? false
}
