import { describe, expect, test } from 'vitest'
import { AttackLab, type AttackLabOptions, type LabAttacker, type LabStep } from '../fixtures/attack-lab.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { ms } from '../fixtures/lab.ts'

const LINK = 'delay: 10ms, rate: 100Mbps'

const inline = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'inline', steps })
const side = (...steps: LabStep[]): LabAttacker => ({ name: 'm', vantage: 'side', steps })

function labOf(attackers: readonly LabAttacker[], options: Partial<AttackLabOptions> = {}): AttackLab {
  const lab = new AttackLab({ link: LINK, attackers, ...options })
  lab.afterEvent = () => checkInvariants(lab)
  return lab
}

describe('who sits in the middle decides what becomes of packets', () => {
  test('SYNs are dropped until the window ends, and the next one gets through', () => {
    const lab = labOf([inline({ technique: 'drop', match: { kind: 'syn' }, endTick: ms(2_500) })])
    const { a } = lab.connect({ sends: 100 }, {})
    lab.run(ms(10_000))
    expect(lab.trace.from('a>b')).toEqual([])
    expect(a.openTick).toBe(0)
  })
})
