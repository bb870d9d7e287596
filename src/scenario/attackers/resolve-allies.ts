import type { Findings } from '../problems/findings.ts'
import type { AttackerSection } from '../schema/attackers.ts'

type Sections = ReadonlyMap<string, AttackerSection>

/** By attacker: who is of its gang besides itself, in the order of names. An ally's ally is one too. */
export function resolveAllies(sections: Sections, findings: Findings): ReadonlyMap<string, readonly string[]> {
  for (const [name, { allies = [] }] of sections)
    allies.forEach((ally, i) => {
      const place = ['attackers', name, 'allies', i]
      if (ally === name) findings.contradict(place, `${name} tells itself what it knows anyway`)
      else findings.checkName(place, 'attacker', ally, findings.namesIn('attackers'))
    })
  return new Map([...sections.keys()].map((name) => [name, alliesOf(name, sections)]))
}

function alliesOf(name: string, sections: Sections): readonly string[] {
  const gang = new Set([name])
  // Grows while it is walked through.
  for (const member of gang)
    for (const [other, section] of sections)
      if (isAlly(section, member) || isAlly(sections.get(member), other)) gang.add(other)
  gang.delete(name)
  return [...gang].sort((a, b) => (a < b ? -1 : 1))
}

function isAlly(section: AttackerSection | undefined, name: string): boolean {
  return section?.allies?.includes(name) ?? false
}
