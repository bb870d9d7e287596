import { longForm, type StepValues } from '../../attack/parameters/common.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import type { AttackerSection, AttackStepSection } from '../schema/attackers.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'

type Match = ReturnType<typeof longForm<string>>

interface MatchContext {
  readonly findings: Findings
  readonly section: AttackerSection
}

/** Reports a `match` that cannot select any packet. */
export function checkMatch(
  step: AttackStepSection,
  { match: written = null }: StepValues,
  place: TreePath,
  { findings, section }: MatchContext,
): void {
  if (written === null) return
  const match = longForm(written)
  const { vantage } = section
  if (!VANTAGES[vantage].sees) {
    const why = match.connections === 'standing' ? 'cannot tell which connections stand' : 'cannot match any of them'
    findings.contradict([...place, 'match'], `the vantage ${vantage} sees no packets, so the attacker ${why}`, {
      at: 'key',
      hint: VANTAGES[vantage].injects
        ? 'leave `match` out, and the attacker sends to both ends in turn; side and inline are vantages that see packets'
        : 'use the vantage side or inline, or leave `match` out',
    })
    return
  }
  checkKind(step, match, place, findings)
  if (match.from !== undefined && match.from === match.to)
    findings.contradict([...place, 'match', 'to'], `no packet goes from ${match.from} to itself on a path`, {
      hint: 'leave one of `from` and `to` out',
    })
  if (match.connections === 'standing' && (step.at ?? 0) === 0)
    findings.contradict([...place, 'match'], 'no connection stands when the run begins', {
      hint: 'write when the step begins, such as `at: 5s`',
    })
}

function checkKind({ technique }: AttackStepSection, match: Match, place: TreePath, findings: Findings): void {
  const { kind = 'any', connections } = match
  const { actsOn }: Technique = TECHNIQUES[technique]
  const at = [...place, 'match', 'kind']
  if (connections === 'standing' && (kind === 'syn' || kind === 'syn-ack'))
    findings.contradict(at, `a connection that stands sends no ${kind}`, {
      hint: 'use another kind, or leave `connections` out',
    })
  else if (kind !== 'any' && actsOn !== undefined && !actsOn.includes(kind))
    findings.contradict(at, `the technique ${technique} does nothing to a packet of the kind ${kind}`, {
      hint: `it acts on the kinds ${actsOn.join(', ')}`,
    })
}
